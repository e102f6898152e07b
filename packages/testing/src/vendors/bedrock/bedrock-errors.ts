/** An exception of Bedrock's: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors. */
export interface BedrockProblem {
  readonly exception: string;
  readonly status: number;
  readonly message: string;
}

export function invalid(message: string): BedrockProblem {
  return { exception: 'ValidationException', status: 400, message };
}

/** What the model's own vendor has to complain of. */
export function modelRefuses(message: string): BedrockProblem {
  return invalid(`The model returned the following errors: ${message}`);
}

export function denied(exception: string, message: string): BedrockProblem {
  return { exception, status: 403, message };
}

export function isProblem(value: object): value is BedrockProblem {
  return 'exception' in value;
}

const byStatus: Readonly<Record<number, readonly [exception: string, message: string]>> = {
  400: ['ValidationException', 'Input is too long for requested model.'],
  403: ['AccessDeniedException', "You don't have access to the model with the specified model ID."],
  404: [
    'ResourceNotFoundException',
    'Could not resolve the foundation model from the provided model identifier.',
  ],
  408: [
    'ModelTimeoutException',
    'The request took too long to process. Processing time exceeded the model timeout length.',
  ],
  424: ['ModelErrorException', 'The request failed due to an error while processing the model.'],
  429: ['ThrottlingException', 'Too many requests, please wait before trying again.'],
  500: [
    'InternalServerException',
    'The system encountered an unexpected error during processing. Try your request again.',
  ],
  503: ['ServiceUnavailableException', 'Bedrock is unable to process your request.'],
};

/** The vendor's own words for a status that a fault wants; a 400 is a prompt that is too long. */
export function problemOfStatus(status: number): BedrockProblem {
  const [exception, message] = byStatus[status] ??
    byStatus[status >= 500 ? 503 : 400] ?? ['ValidationException', ''];
  return { exception, status, message };
}

import { entryOf } from '../../dialects/shared/read.ts';
import type { EmbeddingsRequest, EmbeddingTask } from '../../protocol/embeddings.ts';

/** How each vendor calls the task: Cohere and Voyage, Google, Jina. */
export const taskParameters = ['input_type', 'task_type', 'task'] as const;
export type TaskParameter = (typeof taskParameters)[number];

const meanings: Readonly<Record<string, EmbeddingTask>> = {
  query: 'query',
  search_query: 'query',
  'retrieval.query': 'query',
  retrieval_query: 'query',
  document: 'document',
  search_document: 'document',
  passage: 'document',
  'retrieval.passage': 'document',
  retrieval_document: 'document',
  classification: 'classification',
  clustering: 'clustering',
  separation: 'clustering',
  similarity: 'similarity',
  'text-matching': 'similarity',
  semantic_similarity: 'similarity',
  question_answering: 'question-answering',
  fact_verification: 'fact-verification',
  code_retrieval_query: 'code-query',
  'code.query': 'code-query',
};

/** What a vendor's word means; undefined for one that nobody else has. */
export function meaningOf(word: string): EmbeddingTask | undefined {
  return entryOf(meanings, word.toLowerCase());
}

/** How one vendor is told the task. */
export interface TaskWords {
  readonly parameter: TaskParameter;
  readonly words: Readonly<Partial<Record<EmbeddingTask, string>>>;
}

/** The vendor's word for the task, if it has one; and which of the caller's parameters it says. */
export interface ToldTask {
  readonly word: string | undefined;
  readonly told: readonly string[];
}

/** A word that only one vendor has goes to whoever has the parameter. */
export function tellTask({ task }: EmbeddingsRequest, { parameter, words }: TaskWords): ToldTask {
  if (task === undefined) return { word: undefined, told: [] };
  const own = task.parameter === parameter ? task.word : undefined;
  const word = task.meaning === undefined ? own : words[task.meaning];
  return { word, told: word === undefined ? [] : [task.parameter] };
}

/** https://ai.google.dev/api/embeddings#v1beta.TaskType */
export const googleTasks: TaskWords = {
  parameter: 'task_type',
  words: {
    query: 'RETRIEVAL_QUERY',
    document: 'RETRIEVAL_DOCUMENT',
    classification: 'CLASSIFICATION',
    clustering: 'CLUSTERING',
    similarity: 'SEMANTIC_SIMILARITY',
    'question-answering': 'QUESTION_ANSWERING',
    'fact-verification': 'FACT_VERIFICATION',
    'code-query': 'CODE_RETRIEVAL_QUERY',
  },
};

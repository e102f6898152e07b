import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { isForCaller, type Route } from '../http/route-table.ts';
import { z } from '../settings/zod-without-globals.ts';
import { callHeaders, errorOf, idHeader, wishes } from './common-parts.ts';
import type { Description, Tag } from './description.ts';

export type Operation = ZodOpenApiOperationObject;
type Content = NonNullable<NonNullable<Operation['requestBody']>['content']>;
type Response = NonNullable<Operation['responses']['default']>;

/** Bytes, of which nobody says more. */
const bytes = { schema: { type: 'string' as const, contentMediaType: 'application/octet-stream' } };

/** What the gateway answers from what it knows; all else may have been an upstream's. */
const own: ReadonlySet<Tag> = new Set<Tag>(['Account', 'Admin', 'Models']);

/** One route as the document has it. */
export function writeOperation(route: Route, description: Description): Operation {
  const { id, tag, summary, query, isCall = false, isSigned = false } = description;
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const path = z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
  const body = bodyOf(description);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(isSigned ? { security: [{}] } : {}),
    requestParams: {
      ...(names.length === 0 ? {} : { path }),
      ...(query === undefined ? {} : { query }),
    },
    ...(isCall && isForCaller(route) ? { parameters: wishes } : {}),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: responsesOf(route, description),
  };
}

function bodyOf({ body }: Description): Operation['requestBody'] | undefined {
  if (body === undefined) return undefined;
  const { json, form, any, isRequired = true } = body;
  const content: Content = {};
  if (json !== undefined) content['application/json'] = { schema: json };
  if (form !== undefined) content['multipart/form-data'] = { schema: form };
  if (any === true) content['*/*'] = bytes;
  return { required: isRequired, content };
}

function responsesOf(route: Route, description: Description): Operation['responses'] {
  const { answer, status = 200, also = {}, tag } = description;
  const headers = own.has(tag) ? idHeader : { ...idHeader, ...callHeaders };
  const content: Content = {};
  for (const [type, schema] of Object.entries(answer))
    content[type] = schema === undefined ? bytes : { schema };
  const responses: Record<string, Response> = {};
  responses[String(status)] = { description: 'It is done.', headers, content };
  for (const [code, schema] of Object.entries(also))
    responses[code] = {
      description: 'It goes on in its own time.',
      headers,
      content: { 'application/json': { schema } },
    };
  // What an upstream says as it is may be an error, too.
  if (status !== 'default') responses['default'] = { $ref: errorOf(route.dialect) };
  return responses;
}

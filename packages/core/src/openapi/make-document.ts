import { createDocument } from 'zod-openapi';
import { isAdmin, isNative, type Route } from '../http/route-table.ts';
import { components, security, tags } from './common-parts.ts';
import { adminDescriptions } from './describe-admin.ts';
import { chatDescriptions } from './describe-chats.ts';
import { mediaDescriptions } from './describe-media.ts';
import { describeNative } from './describe-native.ts';
import type { Description } from './description.ts';
import { type Operation, writeOperation } from './write-operation.ts';

type Document = ReturnType<typeof createDocument>;

const byPath: ReadonlyMap<string, Description> = new Map([
  ...Object.entries(chatDescriptions),
  ...Object.entries(mediaDescriptions),
]);

/** What a route is for. @throws Error where nobody has written it down */
function describeRoute(route: Route): Description {
  if (isAdmin(route.operation)) return adminDescriptions[route.operation];
  if (isNative(route)) return describeNative(route);
  const found = byPath.get(`${route.method} ${route.path}`);
  if (found === undefined) throw new Error(`nothing says what ${route.method} ${route.path} is for`);
  return found;
}

/** All of these routes, and nothing else, in words of OpenAPI 3.1. */
export function makeDocument(routes: readonly Route[]): Document {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const operations = (paths[route.path] ??= {});
    operations[route.method.toLowerCase()] = writeOperation(route, describeRoute(route));
  }
  const described = new Set(routes.map((route) => describeRoute(route).tag));
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Vector Engine',
      version: '1',
      description: 'Every model behind one API, as this gateway serves it.',
    },
    tags: tags.filter(({ name }) => described.has(name)),
    security,
    paths,
    components,
  });
}

import { ownId, type Question } from './doors.ts';
import { type Face, faces } from './faces/faces.ts';
import { hearGeminiArray } from './faces/hear-gemini.ts';
import { fixedAnswers } from './fixed-answers.ts';
import { call, patience, post, type Told, understand } from './listen.ts';
import type { OpenGateway } from './open-gateway.ts';
import { isObject, objectOf, parseJson, textOf } from './read.ts';
import type { Asked } from './start-answerer.ts';
import { vendors } from './vendors/vendors.ts';

/** Upstreams that have a good answer to everything, and what they were asked that nobody should ask. */
export function answerAll({ answerers }: OpenGateway): { readonly unsound: Asked[] } {
  const unsound: Asked[] = [];
  for (const vendor of vendors)
    answerers[vendor.dialect].answer = fixedAnswers(vendor, (asked) => unsound.push(asked));
  return { unsound };
}

export function faceCalled(name: Face['name']): Face {
  const face = faces.find((one) => one.name === name);
  if (face === undefined) throw new Error(`there is no face ${name}`);
  return face;
}

export async function ask(opened: OpenGateway, { method, path, type, body }: Question): Promise<Told> {
  const told = path.includes('resp_a') ? await keepOne(opened, 'openai-responses') : '';
  const own = path.includes(ownId) ? await keepOne(opened, 'gemini') : told;
  return call(opened.gateway, path.replace(ownId, own), {
    method,
    ...(type === undefined ? {} : { headers: { 'content-type': type } }),
    ...(body === undefined ? {} : { body: new Uint8Array(body) }),
  });
}

/** The id of an answer that is kept, and can be asked about. */
async function keepOne({ gateway }: OpenGateway, model: string): Promise<string> {
  const { path, body } = faceCalled('responses').ask(model, false);
  const told = await call(gateway, path, post(JSON.stringify(body)));
  return textOf(objectOf(parseJson(told.body))?.['id']);
}

/** What is wrong with the answer to a question whose upstream has a good one; empty where nothing is. */
export function faultsOfAnswer(face: Face, told: Told, path: string): readonly string[] {
  const { status, milliseconds } = told;
  const faults: string[] = [];
  if (milliseconds > patience) faults.push(`took ${milliseconds} ms`);
  if (status !== 200 && (status < 400 || status > 499)) faults.push(`${status}`);
  if (status !== 200) return [...faults, ...understand(face, told).flaws];
  if (told.isAborted) faults.push('broke off');
  return [...faults, ...flawsOf(face, told, path)];
}

function flawsOf(face: Face, { type, body }: Told, path: string): readonly string[] {
  const isArray = type.includes('json') && path.includes(':stream');
  if (!isArray && !type.startsWith('text/event-stream'))
    return isObject(parseJson(body)) ? [] : ['the answer is no JSON object'];
  if (path.endsWith('/completions') && !path.includes('chat')) return [];
  const { end, flaws } = isArray ? hearGeminiArray(body) : face.hear(body);
  return end === 'clean' ? flaws : [...flaws, `the end is ${end}`];
}

import { checkPermission } from '../access/check-permission.ts';
import type { Brought } from '../asking.ts';
import { loadCodecs } from '../dialects/load-codecs.ts';
import { ByteCall } from '../dialects/shared/byte-call.ts';
import { shownBody } from '../guarded-call.ts';
import { loadMedia } from '../media/load-media.ts';
import { parseRemixRequest } from '../media/video/parse-videos-request.ts';
import type { Answer } from '../protocol/answer.ts';
import { ownerOf } from '../protocol/principal.ts';
import { readBodyOf } from '../read-request.ts';
import type { JobDesk } from './job-desk.ts';
import type { JobRooms } from './job-room.ts';
import { jobOf } from './poll-job.ts';
import { serveRead } from './serve-job.ts';

const nothing = Buffer.alloc(0);

/**
 * POST /videos/{id}/remix: a video that changes one of the caller's own. It is made where that was, as a job of its own.
 *
 * @throws GatewayError `VE_TASK_NOT_FOUND`, `VE_TASK_UNFINISHED`, `VE_PARAMETER_INVALID`, and as `serveJob`
 */
export async function serveRemix(
  id: string,
  brought: Brought,
  { desk, ...rooms }: JobRooms & { readonly desk: JobDesk },
): Promise<Answer> {
  const { exchange, scope, asker } = brought;
  const body = await readBodyOf(exchange, { scope, body: rooms.body });
  const shown = { operation: 'video', dialect: 'openai-chat', model: '', stream: false } as const;
  await rooms.guards?.admit({ ...shown, ...shownBody(body) }, { asking: brought, exchange });
  await Promise.all([loadMedia(), loadCodecs()]);
  const owner = ownerOf(asker.principal);
  const task = await scope.outlast(() => desk.finished(id, owner));
  checkPermission(asker.principal, { operation: 'video', model: task.model });
  const { handle, target } = await jobOf(task, rooms.jobs.upstreams);
  const request = parseRemixRequest(body, handle);
  const common = { operation: 'video', face: 'videos' } as const;
  const call = new ByteCall(nothing, {
    ...common,
    dialect: 'openai-chat',
    model: task.model,
    stream: false,
    wantsUsage: true,
    choices: 1,
    headers: {},
    base: exchange.base,
    splice: {},
  });
  call.media = request;
  const remix = { from: task.id, target, keyDigest: task.key };
  const asked = { request, prompt: request.prompt, revisedPrompt: undefined, wantsBytes: false, remix };
  return serveRead(Object.assign(call, common), asked, brought, rooms);
}

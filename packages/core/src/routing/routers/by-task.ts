import { type Glance, glanceAt } from '../read-request.ts';
import type { RouteRequest } from '../route-request.ts';
import { type Destination, type NamedRouter, withDestinations } from '../router.ts';
import { checkRoutesWithDefault } from './check-routes.ts';

/** What a request can be for. */
export type Task = 'coding' | 'writing' | 'analysis' | 'vision' | 'image' | 'video' | 'chat';

/** Models by task; names of your own are for tags of your callers'. */
export type TaskRoutes = Readonly<Partial<Record<Task, Destination>>> &
  Readonly<Record<string, Destination>> & { readonly default: Destination };

/**
 * Chooses by what a request is for: what its caller says (`x-vector-task`, or `metadata.task`), or else a look at it.
 * The look is cheap and local, and no more than a good guess.
 *
 * @example models: { auto: byTask({ coding: 'gpt-5.3-codex', writing: 'claude-opus-4-6', default: 'gpt-5.2' }) }
 * @throws GatewayError `VE_OPTIONS_INVALID`
 */
export function byTask(routes: TaskRoutes): NamedRouter {
  checkRoutesWithDefault('byTask', routes, '{ coding: "a-model", default: "another" }');
  const of = (name: string): Destination | undefined =>
    Object.hasOwn(routes, name) ? routes[name] : undefined;
  const route = (request: RouteRequest): Destination => {
    const said = request.tag('task');
    return (said && of(said)) ?? of(guessTask(request)) ?? routes.default;
  };
  return withDestinations(route, Object.values(routes));
}

/** What a request seems to be for. */
export function guessTask(request: RouteRequest): Task {
  const glance = glanceAt(request);
  if (glance === undefined) return 'chat';
  const { words } = glance;
  if (wishesFor(words, films)) return 'video';
  if (wishesFor(words, pictures) || depicting.test(words.slice(0, 200))) return 'image';
  if (isCode(glance)) return 'coding';
  if (glance.hasPictures) return 'vision';
  if (glance.hasDocuments || glance.inputTokens > longDocument || analysing.test(words)) return 'analysis';
  return writing.test(words) ? 'writing' : 'chat';
}

/** Tokens: nobody types so much; it is something to be read. */
const longDocument = 4000;

const making =
  /\b(?:make|create|generate|draw|paint|render|design|produce|animate|film|give me|show me|i (?:want|need))\b|画|生成|制作|设计|做一?[个张段]|拍/iu;
/** These make pictures, whatever of; not of what is drawn in words, and not where somebody asks how to. */
const depicting =
  /(?<!\bhow (?:to|do i|can i|do you|would you) )\b(?:draw|paint|sketch|illustrate) (?:me )?(?:an?|the|my|our|some|two|three) (?!conclusion|comparison|distinction|parallel|line|lesson|analogy)|(?:帮我|给我|请)画|画[一两三个只张幅出]/iu;
/** What is made with them is a program. */
const ofProgram = String.raw`(?![\s-]+(?:uploads?|player|gallery|viewer|editor|process\w*|classif\w+|recogni\w+|tags?|file|format|component|api|librar\w+))`;
const films = new RegExp(
  String.raw`\b(?:video|movie|film clip|clip|animation|footage)\b${ofProgram}|视频|影片|动画|短片`,
  'iu',
);
const pictures = new RegExp(
  String.raw`\b(?:image|picture|photo|illustration|drawing|painting|logo|icon|poster|portrait)\b${ofProgram}|图片|图像|照片|插画|海报|一[张幅]`,
  'iu',
);
/** What follows is about the thing that is wished for, and not the thing. */
const clause = /\b(?:that|which|who|where|with|to|for|and|about)\b/iu;
const writing =
  /\b(?:write|rewrite|draft|compose|proofread|polish|essay|poem|story|blog|article|e-?mail|letter|speech|headline|slogan)\b|写|改写|润色|文章|诗|故事|邮件|作文/iu;
const analysing =
  /\b(?:analy[sz]e|analysis|compare|summari[sz]e|summary|evaluate|assess|explain why|root cause|trend|statistics|forecast|pros and cons)\b|分析|总结|比较|评估|统计|预测/iu;
const programming =
  /\b(?:function|class|bug|stack ?trace|compile[rs]?|refactor|unit tests?|regex|typescript|javascript|python|golang|rust|java|html|css|react|node(?:\.js)?|sql|bash|docker(?:file)?|kubernetes|api endpoint|pull request|codebase|null ?pointer\w*|segfault)(?![\p{L}\p{N}])|c\+\+|c#|代码|函数|编程|报错/iu;
const codeLike =
  /^\s*(?:import |from \w+ import|def |class \w+|const |let |public |#include|SELECT |\$ |at .+:\d+:\d+)|[{};]\s*$/mu;

/** Somebody wants one made, and does not only speak of one. */
function wishesFor(words: string, what: RegExp): boolean {
  // What is made is named near the verb, at the start of the wish.
  const wish = words.slice(0, 200);
  const start = wish.search(making);
  if (start < 0) return false;
  const near = wish.slice(start, start + 80);
  const place = near.search(what);
  return place >= 0 && !clause.test(near.slice(0, place));
}

function isCode({ words, hasCode }: Glance): boolean {
  return hasCode || codeLike.test(words) || programming.test(words);
}

import { beforeAll, describe, expect, test } from 'vitest';
import { requestOf, wish } from '../../../test/route-requests.ts';
import { loadCodecs } from '../../dialects/load-codecs.ts';
import { byTask, guessTask, type Task } from './by-task.ts';

beforeAll(loadCodecs);

const wishes: readonly (readonly [task: Task, words: string])[] = [
  ['coding', 'Write a Python function that merges two sorted lists.'],
  ['coding', 'Why does this TypeScript code say "possibly undefined"?'],
  ['coding', 'Refactor this class to use dependency injection'],
  ['coding', 'I get a NullPointerException in my Java app when I start it'],
  ['coding', 'How do I center a div with CSS?'],
  ['coding', 'Fix the bug in the following:\n```js\nconst a = b\n```'],
  ['coding', 'SELECT id, name FROM users WHERE created_at > now() - interval 1 day, make it faster'],
  ['coding', 'Write unit tests for the login endpoint'],
  ['coding', 'Give me a regex that matches an IPv4 address'],
  ['coding', 'TypeError: Cannot read properties of undefined\n    at main (/app/index.js:10:5)'],
  ['coding', 'Write a bash script that renames all jpg files by date'],
  ['coding', 'Explain what this Rust lifetime error means'],
  ['coding', 'Create a React component that shows a video player'],
  ['coding', 'Create an image upload form in React'],
  ['coding', 'How do I draw a circle in HTML canvas?'],
  ['coding', 'Make a function to resize an image'],
  ['coding', 'Create a Dockerfile for a Node service'],
  ['coding', '用 Python 写一个快速排序'],
  ['coding', '这段代码为什么报错？'],
  ['coding', '帮我写一个 SQL 查询，统计每个用户的订单数'],
  ['coding', '写一个函数判断一个数是不是质数'],
  ['writing', 'Write a short story about a lighthouse keeper.'],
  ['writing', 'Draft an email to my landlord about the broken heating'],
  ['writing', 'Please proofread the following paragraph'],
  ['writing', 'Compose a poem about autumn in the style of Bashō'],
  ['writing', 'Rewrite this so that it sounds friendlier: we regret to inform you'],
  ['writing', 'Write a blog post about our new office'],
  ['writing', 'I need a slogan for a bakery'],
  ['writing', 'Help me write a cover letter for a job in a bank'],
  ['writing', 'Write a speech for the wedding of my sister'],
  ['writing', '帮我写一封辞职信'],
  ['writing', '请润色下面这段话'],
  ['writing', '写一首关于春天的诗'],
  ['writing', '写一篇关于环保的作文，八百字'],
  ['analysis', 'Analyze the sales figures of the last four quarters'],
  ['analysis', 'Compare electric and hydrogen cars for a delivery company'],
  ['analysis', 'Summarize the following article in three sentences'],
  ['analysis', 'What are the pros and cons of remote work?'],
  ['analysis', 'Evaluate the risks of this investment'],
  ['analysis', 'Find the root cause of the drop in sign-ups'],
  ['analysis', '总结一下这份报告的要点'],
  ['analysis', '分析这家公司的财务状况'],
  ['analysis', '比较一下这两种方案的优缺点'],
  ['image', 'Draw a cat that wears a top hat'],
  ['image', 'Generate an image of a city at night in the rain'],
  ['image', 'Create a logo for my coffee shop'],
  ['image', 'Make me a picture of a dragon above a castle'],
  ['image', 'Can you paint a portrait of an old sailor?'],
  ['image', 'Design a poster for a jazz concert'],
  ['image', 'I want an illustration for a book for children'],
  ['image', 'Please generate a photo of a red bicycle'],
  ['image', '画一只可爱的猫'],
  ['image', '生成一张日落的图片'],
  ['image', '帮我设计一个公司的 logo'],
  ['image', '做一张生日海报'],
  ['video', 'Make a video of a rocket start'],
  ['video', 'Generate a short clip of waves at a beach'],
  ['video', 'Create an animation of a bouncing ball'],
  ['video', 'Produce ten seconds of drone footage above a forest'],
  ['video', 'I need a video of a dog that surfs'],
  ['video', '生成一段猫咪跳舞的视频'],
  ['video', '制作一个产品介绍的短片'],
  ['video', '帮我做一个动画，讲一只兔子'],
  ['image', 'Generate an image of a python in the jungle'],
  ['image', 'Sketch a small house by the sea'],
  ['chat', 'Can we draw a conclusion from that?'],
  ['chat', '这幅画是谁的？'],
  ['chat', 'Hello'],
  ['chat', 'What is the capital of Peru?'],
  ['chat', 'How are you today?'],
  ['chat', 'Tell me a joke'],
  ['chat', 'Who won the world cup in 1998?'],
  ['chat', 'What is the best movie of all time?'],
  ['chat', 'I watched a video about whales yesterday. How long do they live?'],
  ['chat', 'Who painted the picture of the Mona Lisa?'],
  ['chat', 'What can I make with eggs and rice?'],
  ['chat', 'Is it going to rain tomorrow?'],
  ['chat', '你好，你是谁？'],
  ['chat', '推荐一部好看的电影'],
  ['chat', '明天北京的天气怎么样？'],
  ['chat', '这个视频真好看'],
];

const asks = (content: unknown, ...earlier: object[]): Task =>
  guessTask(requestOf({ model: 'auto', messages: [...earlier, { role: 'user', content }] }));
const tagged = (task: string) => wish('Hello', {}, { headers: { 'x-vector-task': task } });

describe('a look at the request', () => {
  test.each(wishes)('sees %s in: %s', (task, words) => {
    expect(guessTask(wish(words))).toBe(task);
  });

  test('sees what is attached, and what was said last', () => {
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
    expect(asks([{ type: 'text', text: 'What do you see?' }, picture])).toBe('vision');
    expect(asks([{ type: 'text', text: 'Who is it?' }], { role: 'user', content: [picture] })).toBe('vision');
    expect(asks([{ type: 'text', text: 'Turn it into TypeScript' }, picture])).toBe('coding');
    const file = { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,AAAA' } };
    expect(asks([{ type: 'text', text: 'Who signed it?' }, file])).toBe('analysis');
    expect(asks('Hello', { role: 'user', content: 'Draw a cat' })).toBe('chat');
    expect(asks('word '.repeat(20_000))).toBe('analysis');
  });

  test('sees no task in what is no chat', () => {
    expect(guessTask(requestOf({ model: 'auto', input: 'Draw a cat' }, { operation: 'embeddings' }))).toBe(
      'chat',
    );
  });

  test('takes no longer for a long text that is made to be hard', () => {
    for (const words of [
      'a '.repeat(1e6),
      '{'.repeat(1e6),
      ' '.repeat(1e6),
      'draw '.repeat(2e5),
      '\n'.repeat(1e6),
    ]) {
      // Of a machine that has other things to do, the quickest try counts.
      const times = Array.from({ length: 3 }, () => {
        const request = wish(words);
        const startedAt = performance.now();
        guessTask(request);
        return performance.now() - startedAt;
      });
      expect(Math.min(...times)).toBeLessThan(200);
    }
  });
});

describe('byTask', () => {
  const route = byTask({ coding: 'coder', writing: 'writer', law: 'lawyer', default: 'general' });

  test('goes by what its caller says, in a header before the body, also by names of your own', () => {
    expect(route(tagged('law'))).toBe('lawyer');
    expect(route(wish('Hello', { metadata: { task: 'writing' } }))).toBe('writer');
    const both = wish('Hello', { metadata: { task: 'writing' } }, { headers: { 'x-vector-task': 'coding' } });
    expect(route(both)).toBe('coder');
  });

  test('looks for itself where its caller says nothing that is known', () => {
    expect(route(wish('Refactor this class'))).toBe('coder');
    expect(route(tagged('toString'))).toBe('general');
    expect(route(wish('Draft an email', {}, { headers: { 'x-vector-task': 'gardening' } }))).toBe('writer');
  });

  test('a task without a model of its own goes to the default', () => {
    expect(route(wish('Draw a cat'))).toBe('general');
  });

  test('tells where it may send', () => {
    expect(route.destinations).toEqual(['coder', 'writer', 'lawyer', 'general']);
  });
});

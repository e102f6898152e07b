import { says } from '../fits.ts';
import { type Feature, never, ofUser } from './feature.ts';

const png = 'iVBORw0KGgo=';
const pdf = 'JVBERi0xLjQ=';
const wav = 'UklGRiQAAABXQVZF';
const mp4 = 'AAAAIGZ0eXBpc29t';
const picture = 'https://example.com/cat.png';
const report = 'https://example.com/report.pdf';

const chatPng = { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } };
const responsesPng = { type: 'input_image', image_url: `data:image/png;base64,${png}` };
const messagesPng = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } };
const geminiPng = { inlineData: { mimeType: 'image/png', data: png } };
const bedrockPng = { image: { format: 'png', source: { bytes: png } } };

const chatPdf = {
  type: 'file',
  file: { filename: 'report.pdf', file_data: `data:application/pdf;base64,${pdf}` },
};
const messagesPdf = {
  type: 'document',
  title: 'report.pdf',
  source: { type: 'base64', media_type: 'application/pdf', data: pdf },
};

const hello = { role: 'user', content: 'Hello' };
const later = { role: 'user', content: 'And now?' };

/** Said after the first question: marked as instructions where the dialect takes them at the beginning only. */
const marked = /<system>\s*Be brief\s*<\/system>/;

export const content: readonly Feature[] = [
  {
    name: 'Text',
    said: {
      'openai-chat': ofUser.chat({ type: 'text', text: 'Look' }),
      'openai-responses': ofUser.responses({ type: 'input_text', text: 'Look' }),
      'anthropic-messages': ofUser.messages({ type: 'text', text: 'Look' }),
      gemini: ofUser.gemini({ text: 'Look' }),
    },
    heard: {
      'openai-chat': { messages: [{ role: 'user', content: 'Look' }] },
      'openai-responses': ofUser.responses({ type: 'input_text', text: 'Look' }),
      'anthropic-messages': { messages: [{ role: 'user', content: 'Look' }] },
      gemini: ofUser.gemini({ text: 'Look' }),
      bedrock: ofUser.bedrock({ text: 'Look' }),
    },
    told: never,
  },
  {
    name: 'System instructions',
    said: {
      'openai-chat': { messages: [{ role: 'system', content: 'Be brief' }, hello] },
      'openai-responses': { instructions: 'Be brief' },
      'anthropic-messages': { system: 'Be brief' },
      gemini: { systemInstruction: { parts: [{ text: 'Be brief' }] } },
    },
    heard: {
      'openai-chat': { messages: [{ role: 'system', content: 'Be brief' }] },
      'openai-responses': { instructions: 'Be brief' },
      'anthropic-messages': { system: 'Be brief' },
      gemini: { systemInstruction: { parts: [{ text: 'Be brief' }] } },
      bedrock: { system: [{ text: 'Be brief' }] },
    },
    told: never,
  },
  {
    name: "A developer's instructions",
    said: {
      'openai-chat': { messages: [{ role: 'developer', content: 'Be brief' }, hello] },
      'openai-responses': { input: [{ role: 'developer', content: 'Be brief' }, hello] },
    },
    heard: {
      'openai-chat': { messages: [{ role: 'developer', content: 'Be brief' }] },
      'openai-responses': { input: [{ role: 'developer', content: [{ text: 'Be brief' }] }] },
      'anthropic-messages': { system: 'Be brief' },
      gemini: { systemInstruction: { parts: [{ text: 'Be brief' }] } },
      bedrock: { system: [{ text: 'Be brief' }] },
    },
    told: never,
  },
  {
    name: 'Instructions in the middle of a conversation',
    said: {
      'openai-chat': { messages: [hello, { role: 'system', content: 'Be brief' }, later] },
      'openai-responses': { input: [hello, { role: 'system', content: 'Be brief' }, later] },
      'anthropic-messages': { messages: [hello, { role: 'system', content: 'Be brief' }, later] },
    },
    heard: {
      'openai-chat': { messages: [{ role: 'system', content: 'Be brief' }] },
      'openai-responses': { input: [{ role: 'system', content: [{ text: 'Be brief' }] }] },
      'anthropic-messages': { messages: [{ content: [{ text: marked }] }] },
      gemini: { contents: [{ parts: [{ text: marked }] }] },
      bedrock: { messages: [{ content: [{ text: marked }] }] },
    },
    told: never,
  },
  {
    name: 'Pictures, by URL',
    said: {
      'openai-chat': ofUser.chat({ type: 'image_url', image_url: { url: picture } }),
      'openai-responses': ofUser.responses({ type: 'input_image', image_url: picture }),
      'anthropic-messages': ofUser.messages({ type: 'image', source: { type: 'url', url: picture } }),
      gemini: ofUser.gemini({ fileData: { mimeType: 'image/png', fileUri: picture } }),
    },
    heard: {
      'openai-chat': ofUser.chat({ type: 'image_url', image_url: { url: picture } }),
      'openai-responses': ofUser.responses({ type: 'input_image', image_url: picture }),
      'anthropic-messages': ofUser.messages({ type: 'image', source: { type: 'url', url: picture } }),
      gemini: ofUser.gemini({ fileData: { mimeType: 'image/png', fileUri: picture } }),
    },
    told: /\.image_url$/,
  },
  {
    name: 'Pictures, as Base64',
    said: {
      'openai-chat': ofUser.chat(chatPng),
      'openai-responses': ofUser.responses(responsesPng),
      'anthropic-messages': ofUser.messages(messagesPng),
      gemini: ofUser.gemini(geminiPng),
    },
    heard: {
      'openai-chat': ofUser.chat(chatPng),
      'openai-responses': ofUser.responses(responsesPng),
      'anthropic-messages': ofUser.messages(messagesPng),
      gemini: ofUser.gemini(geminiPng),
      bedrock: ofUser.bedrock(bedrockPng),
    },
    told: never,
  },
  {
    name: 'How closely a picture is looked at',
    said: {
      'openai-chat': ofUser.chat({
        type: 'image_url',
        image_url: { url: chatPng.image_url.url, detail: 'high' },
      }),
      'openai-responses': ofUser.responses({ ...responsesPng, detail: 'high' }),
      gemini: ofUser.gemini({ ...geminiPng, mediaResolution: { level: 'MEDIA_RESOLUTION_HIGH' } }),
    },
    heard: {
      'openai-chat': ofUser.chat({ type: 'image_url', image_url: { detail: 'high' } }),
      'openai-responses': ofUser.responses({ type: 'input_image', detail: 'high' }),
      gemini: ofUser.gemini({ ...geminiPng, mediaResolution: { level: 'MEDIA_RESOLUTION_HIGH' } }),
    },
    told: /\.(detail|mediaResolution)$/,
  },
  {
    name: 'PDF, by URL',
    said: {
      'openai-responses': ofUser.responses({ type: 'input_file', file_url: report }),
      'anthropic-messages': ofUser.messages({ type: 'document', source: { type: 'url', url: report } }),
      gemini: ofUser.gemini({ fileData: { mimeType: 'application/pdf', fileUri: report } }),
    },
    heard: {
      'openai-responses': ofUser.responses({ type: 'input_file', file_url: report }),
      'anthropic-messages': ofUser.messages({ type: 'document', source: { type: 'url', url: report } }),
      gemini: ofUser.gemini({ fileData: { mimeType: 'application/pdf', fileUri: report } }),
    },
    told: /\.(file_url|document_url)$/,
  },
  {
    name: 'PDF, as Base64, with its name',
    said: {
      'openai-chat': ofUser.chat(chatPdf),
      'openai-responses': ofUser.responses({ type: 'input_file', ...chatPdf.file }),
      'anthropic-messages': ofUser.messages(messagesPdf),
      gemini: ofUser.gemini({
        inlineData: { mimeType: 'application/pdf', data: pdf, displayName: 'report.pdf' },
      }),
    },
    heard: {
      'openai-chat': ofUser.chat(chatPdf),
      'openai-responses': ofUser.responses({ type: 'input_file', ...chatPdf.file }),
      'anthropic-messages': ofUser.messages(messagesPdf),
      gemini: ofUser.gemini({ inlineData: { mimeType: 'application/pdf', data: pdf } }),
      bedrock: ofUser.bedrock({ document: { format: 'pdf', name: 'report-pdf', source: { bytes: pdf } } }),
    },
    told: /\.filename$/,
  },
  {
    name: 'Text documents',
    said: {
      'anthropic-messages': ofUser.messages({
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'Rome is old.' },
      }),
      gemini: ofUser.gemini({ inlineData: { mimeType: 'text/plain', data: 'Um9tZSBpcyBvbGQu' } }),
    },
    heard: {
      'openai-chat': says(/Rome is old\.|Um9tZSBpcyBvbGQu/),
      'openai-responses': says(/Rome is old\.|Um9tZSBpcyBvbGQu/),
      'anthropic-messages': ofUser.messages({
        type: 'document',
        source: { type: 'text', data: 'Rome is old.' },
      }),
      gemini: ofUser.gemini({ inlineData: { mimeType: 'text/plain', data: 'Um9tZSBpcyBvbGQu' } }),
      bedrock: ofUser.bedrock({ document: { format: 'txt' } }),
    },
    told: never,
  },
  {
    name: 'Sound',
    said: {
      'openai-chat': ofUser.chat({ type: 'input_audio', input_audio: { data: wav, format: 'wav' } }),
      gemini: ofUser.gemini({ inlineData: { mimeType: 'audio/wav', data: wav } }),
    },
    heard: {
      'openai-chat': ofUser.chat({ type: 'input_audio', input_audio: { data: wav, format: 'wav' } }),
      'openai-responses': ofUser.responses({
        type: 'input_audio',
        input_audio: { data: wav, format: 'wav' },
      }),
      gemini: ofUser.gemini({ inlineData: { mimeType: 'audio/wav', data: wav } }),
      bedrock: ofUser.bedrock({ audio: { format: 'wav', source: { bytes: wav } } }),
    },
    told: /\.audio$/,
  },
  {
    name: 'Films',
    said: { gemini: ofUser.gemini({ inlineData: { mimeType: 'video/mp4', data: mp4 } }) },
    heard: {
      'openai-chat': ofUser.chat({ type: 'video_url', video_url: { url: `data:video/mp4;base64,${mp4}` } }),
      gemini: ofUser.gemini({ inlineData: { mimeType: 'video/mp4', data: mp4 } }),
      bedrock: ofUser.bedrock({ video: { format: 'mp4', source: { bytes: mp4 } } }),
    },
    told: /\.video$/,
  },
  {
    name: 'Files that the provider keeps, by id',
    said: {
      'openai-chat': ofUser.chat({ type: 'file', file: { file_id: 'file-1' } }),
      'openai-responses': ofUser.responses({ type: 'input_file', file_id: 'file-1' }),
      'anthropic-messages': ofUser.messages({
        type: 'document',
        source: { type: 'file', file_id: 'file-1' },
      }),
    },
    heard: {
      'openai-chat': ofUser.chat({ type: 'file', file: { file_id: 'file-1' } }),
      'openai-responses': ofUser.responses({ type: 'input_file', file_id: 'file-1' }),
      'anthropic-messages': ofUser.messages({
        type: 'document',
        source: { type: 'file', file_id: 'file-1' },
      }),
    },
    told: /\.file_id$/,
  },
  {
    name: 'Search results of your own',
    said: {
      'anthropic-messages': ofUser.messages({
        type: 'search_result',
        source: 'https://example.com',
        title: 'Rome',
        content: [{ type: 'text', text: 'Rome is old.' }],
      }),
    },
    heard: {
      'openai-chat': says(/Rome is old\./),
      'openai-responses': says(/Rome is old\./),
      gemini: says(/Rome is old\./),
      bedrock: says(/Rome is old\./),
    },
    told: never,
  },
  {
    name: 'Documents to be cited from',
    said: { 'anthropic-messages': ofUser.messages({ ...messagesPdf, citations: { enabled: true } }) },
    heard: { bedrock: ofUser.bedrock({ document: { citations: { enabled: true } } }) },
    told: /\.(citations|filename)$/,
  },
  {
    name: 'Names of who speaks',
    said: { 'openai-chat': { messages: [{ ...hello, name: 'ann' }] } },
    heard: {},
    told: /\.name$/,
  },
  {
    name: "The model's own earlier words",
    said: {
      'openai-chat': { messages: [hello, { role: 'assistant', content: 'Hi' }, later] },
      'openai-responses': { input: [hello, { role: 'assistant', content: 'Hi' }, later] },
      'anthropic-messages': { messages: [hello, { role: 'assistant', content: 'Hi' }, later] },
      gemini: {
        contents: [
          { role: 'user', parts: [{ text: 'Hello' }] },
          { role: 'model', parts: [{ text: 'Hi' }] },
          { role: 'user', parts: [{ text: 'And now?' }] },
        ],
      },
    },
    heard: {
      'openai-chat': { messages: [{ role: 'assistant', content: 'Hi' }] },
      'openai-responses': { input: [{ role: 'assistant', content: [{ type: 'output_text', text: 'Hi' }] }] },
      'anthropic-messages': { messages: [{ role: 'assistant', content: 'Hi' }] },
      gemini: { contents: [{ role: 'model', parts: [{ text: 'Hi' }] }] },
      bedrock: { messages: [{ role: 'assistant', content: [{ text: 'Hi' }] }] },
    },
    told: never,
  },
];

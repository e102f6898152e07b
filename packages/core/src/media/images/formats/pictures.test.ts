import { describe, expect, test } from 'vitest';
import { fileOf, jsonIn } from '../../../../test/media-world.ts';
import type { ImageRequest } from '../../../protocol/image.ts';
import type { JsonObject } from '../../../protocol/json.ts';
import { mediaFormats } from '../../formats.ts';
import { imageEditsFamily, imageVariationsFamily } from '../family.ts';

const formats = mediaFormats['image-edits'];
const edit = (json: JsonObject): ImageRequest =>
  imageEditsFamily.parseRequest({ json: { model: 'alias', prompt: 'a hat', ...json } });
const png = 'iVBORw0KGgoAAAA';
const inData = `data:image/png;base64,${png}`;

describe('pictures to change', () => {
  const file = fileOf(Buffer.from(png, 'base64').toString('latin1'));
  const upload = imageEditsFamily.parseRequest({
    form: {
      fields: [
        ['model', 'alias'],
        ['prompt', 'a hat'],
        ['n', '2'],
      ],
      files: [['image', file]],
    },
  });

  test("go to OpenAI's form as the files they are, with their mask", async () => {
    const masked = {
      ...upload,
      images: [...upload.images, ...upload.images],
      mask: { kind: 'file', file },
    } as const;
    const rendered = await formats.openai.renderRequest(masked, 'gpt-image-1.5');
    expect(rendered).toEqual({
      form: {
        fields: [
          ['model', 'gpt-image-1.5'],
          ['prompt', 'a hat'],
          ['n', '2'],
        ],
        files: [
          ['image[]', file],
          ['image[]', file],
          ['mask', file],
        ],
      },
      dropped: [],
      adjusted: [],
    });
  });

  test('from a data URL become a file there, and what is elsewhere stays where it is', async () => {
    const rendered = await formats['openai-compatible'].renderRequest(edit({ image: inData }), 'flux');
    if (!('form' in rendered)) throw new Error('no form');
    const [[name, made] = []] = rendered.form.files;
    expect([name, made?.name, made?.type, made?.size]).toEqual(['image', 'image.png', 'image/png', 11]);
    const reference = edit({
      images: [{ image_url: 'https://a.example/1.png' }, { file_id: 'file-1' }],
      mask: inData,
    });
    expect(jsonIn(await formats.openai.renderRequest(reference, 'gpt-image-2'))).toEqual({
      model: 'gpt-image-2',
      prompt: 'a hat',
      images: [{ image_url: 'https://a.example/1.png' }, { file_id: 'file-1' }],
      mask: { image_url: inData },
    });
  });

  test('go into the JSON of others', async () => {
    const data = edit({ image: [inData, 'https://a.example/1.png'] });
    expect(jsonIn(await formats.gemini.renderRequest(data, 'gemini-3-pro-image'))['contents']).toEqual([
      {
        role: 'user',
        parts: [
          { inlineData: { mimeType: 'image/png', data: png } },
          { fileData: { fileUri: 'https://a.example/1.png' } },
          { text: 'a hat' },
        ],
      },
    ]);
    expect(jsonIn(await formats.xai.renderRequest(data, 'grok-imagine-image'))).toMatchObject({
      images: [
        { url: inData, type: 'image_url' },
        { url: 'https://a.example/1.png', type: 'image_url' },
      ],
    });
    expect(
      jsonIn(await formats.xai.renderRequest(edit({ image: inData }), 'grok-imagine-image')),
    ).toMatchObject({
      image: { url: inData, type: 'image_url' },
    });
    const imagen = await formats.imagen.renderRequest(edit({ image: inData }), 'imagen-3.0-capability-001');
    expect(jsonIn(imagen)).toMatchObject({
      instances: [
        {
          prompt: 'a hat',
          referenceImages: [
            {
              referenceType: 'REFERENCE_TYPE_RAW',
              referenceId: 1,
              referenceImage: { bytesBase64Encoded: png, mimeType: 'image/png' },
            },
          ],
        },
      ],
      parameters: { editMode: 'EDIT_MODE_DEFAULT' },
    });
  });

  test('that came as a file are read for those who want JSON', async () => {
    const bytes = fileOf('GIF89a;', 'application/octet-stream');
    const request = { ...upload, images: [{ kind: 'file', file: bytes }] } as const;
    const { image } = jsonIn(await formats.xai.renderRequest(request, 'grok-imagine-image'));
    expect(image).toEqual({ url: 'data:image/gif;base64,R0lGODlhOw==', type: 'image_url' });
  });

  test.each<[string, ImageRequest, string, string]>([
    [
      'a mask',
      { ...edit({ image: inData }), mask: { kind: 'url', url: 'https://a.example' } },
      'VE_PARAMETER_UNSUPPORTED',
      'mask',
    ],
    [
      'a file with another name',
      { ...edit({ image: inData }), files: [['markup', file]] },
      'VE_PARAMETER_UNSUPPORTED',
      'markup',
    ],
    [
      "a picture at OpenAI's files",
      edit({ image: { file_id: 'file-1' } }),
      'VE_PARAMETER_UNSUPPORTED',
      'file_id',
    ],
    [
      'what is no picture',
      { ...upload, images: [{ kind: 'file', file: fileOf('hello', 'text/plain') }] },
      'VE_PARAMETER_INVALID',
      'image',
    ],
    [
      'pictures too large for JSON',
      { ...upload, images: [{ kind: 'file', file: { ...file, size: 30_000_000 } }] },
      'VE_PARAMETER_INVALID',
      'image',
    ],
  ])('are not sent to Gemini, Imagen and xAI with %s', async (_, request, code, parameter) => {
    for (const name of ['gemini', 'imagen', 'xai'] as const) {
      const rendering = async (): Promise<unknown> => formats[name].renderRequest(request, 'm');
      await expect(rendering()).rejects.toMatchObject({ code, details: { parameter } });
    }
  });

  test('are varied without a prompt', async () => {
    const request = imageVariationsFamily.parseRequest({
      form: {
        fields: [
          ['model', 'alias'],
          ['size', '512x512'],
        ],
        files: [['image', file]],
      },
    });
    const rendered = await mediaFormats['image-variations'].openai.renderRequest(request, 'dall-e-2');
    expect(rendered).toMatchObject({
      form: {
        fields: [
          ['model', 'dall-e-2'],
          ['size', '512x512'],
        ],
        files: [['image', file]],
      },
      dropped: [],
    });
  });
});

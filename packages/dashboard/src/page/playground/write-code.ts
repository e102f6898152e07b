import { bodyOf, type ChatWish } from './chat-wish.ts';
import { quoteGo, quoteJava, quotePython, quoteScript, quoteShell } from './quote-text.ts';

/** How a request is shown. */
export const codeKinds = ['curl', 'typescript', 'python', 'go', 'java'] as const;
export type CodeKind = (typeof codeKinds)[number];

/** As their makers write them. */
export const codeNames: Readonly<Record<CodeKind, string>> = {
  curl: 'curl',
  typescript: 'TypeScript',
  python: 'Python',
  go: 'Go',
  java: 'Java',
};

/** What has to be installed; undefined where nothing has. */
export const codePackages: Readonly<Record<CodeKind, string | undefined>> = {
  curl: undefined,
  typescript: 'npm install openai',
  python: 'pip install openai',
  go: 'go get github.com/openai/openai-go/v3',
  java: 'com.openai:openai-java',
};

/** Where the program finds the key: it does not stand in the code. */
export const keyVariable = 'VECTOR_ENGINE_KEY';

/** The same request as a program with OpenAI's own SDK. `baseUrl`: that of the gateway's mount, up to and with `/v1`. */
export function writeCode(kind: CodeKind, wish: ChatWish, baseUrl: string): string {
  return writers[kind](wish, baseUrl.trim().replace(/\/+$/, ''));
}

const writers: Readonly<Record<CodeKind, (wish: ChatWish, baseUrl: string) => string>> = {
  curl: writeCurl,
  typescript: writeTypeScript,
  python: writePython,
  go: writeGo,
  java: writeJava,
};

function writeCurl(wish: ChatWish, baseUrl: string): string {
  const body = JSON.stringify({ ...bodyOf(wish), stream: true }, undefined, 2);
  return `curl -N ${quoteShell(`${baseUrl}/chat/completions`)} \\
  -H "Authorization: Bearer $${keyVariable}" \\
  -H 'Content-Type: application/json' \\
  -d ${quoteShell(body)}
`;
}

/** Lines of parameters that are there. */
function lines(indent: string, given: readonly (string | false | undefined)[]): string {
  return given
    .flatMap((line) => (line === false || line === undefined ? [] : [`${indent}${line}\n`]))
    .join('');
}

function writeTypeScript({ model, system, user, temperature, maxTokens }: ChatWish, baseUrl: string): string {
  return `import OpenAI from 'openai';

const client = new OpenAI({
  baseURL: ${quoteScript(baseUrl)},
  apiKey: process.env.${keyVariable},
});

const stream = await client.chat.completions.create({
  model: ${quoteScript(model)},
  messages: [
${lines('    ', [
  system !== '' && `{ role: 'system', content: ${quoteScript(system)} },`,
  `{ role: 'user', content: ${quoteScript(user)} },`,
])}  ],
${lines('  ', [
  temperature !== undefined && `temperature: ${temperature},`,
  maxTokens !== undefined && `max_completion_tokens: ${maxTokens},`,
])}  stream: true,
});
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
}
`;
}

function writePython({ model, system, user, temperature, maxTokens }: ChatWish, baseUrl: string): string {
  return `import os

from openai import OpenAI

client = OpenAI(
    base_url=${quotePython(baseUrl)},
    api_key=os.environ["${keyVariable}"],
)

stream = client.chat.completions.create(
    model=${quotePython(model)},
    messages=[
${lines('        ', [
  system !== '' && `{"role": "system", "content": ${quotePython(system)}},`,
  `{"role": "user", "content": ${quotePython(user)}},`,
])}    ],
${lines('    ', [
  temperature !== undefined && `temperature=${temperature},`,
  maxTokens !== undefined && `max_completion_tokens=${maxTokens},`,
])}    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)
`;
}

function writeGo({ model, system, user, temperature, maxTokens }: ChatWish, baseUrl: string): string {
  return `package main

import (
	"context"
	"fmt"
	"os"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

func main() {
	client := openai.NewClient(
		option.WithBaseURL(${quoteGo(baseUrl)}),
		option.WithAPIKey(os.Getenv("${keyVariable}")),
	)

	stream := client.Chat.Completions.NewStreaming(context.Background(), openai.ChatCompletionNewParams{
		Model: ${quoteGo(model)},
		Messages: []openai.ChatCompletionMessageParamUnion{
${lines('\t\t\t', [
  system !== '' && `openai.SystemMessage(${quoteGo(system)}),`,
  `openai.UserMessage(${quoteGo(user)}),`,
])}		},
${lines('\t\t', [
  temperature !== undefined && `Temperature: openai.Float(${temperature}),`,
  maxTokens !== undefined && `MaxCompletionTokens: openai.Int(${maxTokens}),`,
])}	})
	for stream.Next() {
		if chunk := stream.Current(); len(chunk.Choices) > 0 {
			fmt.Print(chunk.Choices[0].Delta.Content)
		}
	}
	if err := stream.Err(); err != nil {
		panic(err)
	}
}
`;
}

function writeJava({ model, system, user, temperature, maxTokens }: ChatWish, baseUrl: string): string {
  return `import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;

public final class Main {
    public static void main(String[] args) {
        OpenAIClient client = OpenAIOkHttpClient.builder()
                .baseUrl(${quoteJava(baseUrl)})
                .apiKey(System.getenv("${keyVariable}"))
                .build();

        ChatCompletionCreateParams request = ChatCompletionCreateParams.builder()
                .model(${quoteJava(model)})
${lines('                ', [
  system !== '' && `.addSystemMessage(${quoteJava(system)})`,
  `.addUserMessage(${quoteJava(user)})`,
  temperature !== undefined && `.temperature(${javaDouble(temperature)})`,
  maxTokens !== undefined && `.maxCompletionTokens(${maxTokens}L)`,
])}                .build();

        try (StreamResponse<ChatCompletionChunk> stream =
                client.chat().completions().createStreaming(request)) {
            stream.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .flatMap(choice -> choice.delta().content().stream())
                    .forEach(System.out::print);
        }
    }
}
`;
}

/** `1` would be an int, which the builder does not take. */
function javaDouble(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

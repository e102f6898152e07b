/** A piece of the content, told apart. */
export interface ThoughtOrText {
  readonly type: 'reasoning' | 'text';
  readonly text: string;
}

/** Content as it comes; what is not yet clear is held until it is, or until the end. */
export interface ThinkingSplitter {
  push(text: string): readonly ThoughtOrText[];
  end(): readonly ThoughtOrText[];
}

const opening = '<think>';
const closing = '</think>';

/**
 * Tells reasoning from the answer where a server has both in the content: Perplexity, and servers that do not know the
 * template of the model, begin it with `<think>`. Only the very beginning counts; anywhere else the tag is text.
 */
export function makeThinkingSplitter(): ThinkingSplitter {
  let place: 'start' | 'opened' | 'thinking' | 'between' | 'text' = 'start';
  let held = '';

  const readStart = (text: string): readonly ThoughtOrText[] => {
    const begun = text.trimStart();
    if (begun.startsWith(opening)) {
      place = 'opened';
      return readOpened(begun.slice(opening.length));
    }
    if (opening.startsWith(begun)) {
      held = text;
      return [];
    }
    place = 'text';
    return [{ type: 'text', text }];
  };

  const readOpened = (text: string): readonly ThoughtOrText[] => {
    const begun = text.trimStart();
    if (begun === '') return [];
    place = 'thinking';
    return readThinking(begun);
  };

  const readThinking = (text: string): readonly ThoughtOrText[] => {
    const at = text.indexOf(closing);
    if (at >= 0) {
      place = 'between';
      return [
        ...pieceOf('reasoning', text.slice(0, at).trimEnd()),
        ...readBetween(text.slice(at + closing.length)),
      ];
    }
    const end = findUnclear(text);
    held = text.slice(end);
    return pieceOf('reasoning', text.slice(0, end));
  };

  const readBetween = (text: string): readonly ThoughtOrText[] => {
    const begun = text.trimStart();
    if (begun !== '') place = 'text';
    return pieceOf('text', begun);
  };

  const read = { start: readStart, opened: readOpened, thinking: readThinking, between: readBetween };

  return {
    push: (text) => {
      if (place === 'text') return pieceOf('text', text);
      const whole = held + text;
      held = '';
      return read[place](whole);
    },
    end: () => {
      const rest = held;
      held = '';
      return place === 'thinking' ? pieceOf('reasoning', rest.trimEnd()) : pieceOf('text', rest);
    },
  };
}

/** The same of the whole content; a thought and a text at most. */
export function splitThinking(content: string): readonly ThoughtOrText[] {
  const splitter = makeThinkingSplitter();
  return [...splitter.push(content), ...splitter.end()];
}

/** Where what may yet be the end of the thought begins: white space, and a part of the tag. */
function findUnclear(text: string): number {
  const tag = text.lastIndexOf('<');
  const end = tag >= 0 && closing.startsWith(text.slice(tag)) ? tag : text.length;
  return text.slice(0, end).trimEnd().length;
}

function pieceOf(type: ThoughtOrText['type'], text: string): readonly ThoughtOrText[] {
  return text === '' ? [] : [{ type, text }];
}

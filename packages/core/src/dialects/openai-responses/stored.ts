import { cancelQueued, finishQueued, isUnderWay, renderQueued, toForeground } from './background-response.ts';
import { findAnyResponse, findLastResponse, listItemIds, pickItems, readResponse } from './find-response.ts';
import { keepInput } from './keep-input.ts';
import { listInputItems } from './list-input-items.ts';

/** What the Responses API does with responses that are kept. */
export interface StoredForms {
  readonly readResponse: typeof readResponse;
  readonly findLastResponse: typeof findLastResponse;
  readonly findAnyResponse: typeof findAnyResponse;
  readonly listItemIds: typeof listItemIds;
  readonly pickItems: typeof pickItems;
  readonly keepInput: typeof keepInput;
  readonly listInputItems: typeof listInputItems;
  readonly renderQueued: typeof renderQueued;
  readonly finishQueued: typeof finishQueued;
  readonly cancelQueued: typeof cancelQueued;
  readonly isUnderWay: typeof isUnderWay;
  readonly toForeground: typeof toForeground;
}

export const stored: StoredForms = {
  readResponse,
  findLastResponse,
  findAnyResponse,
  listItemIds,
  pickItems,
  keepInput,
  listInputItems,
  renderQueued,
  finishQueued,
  cancelQueued,
  isUnderWay,
  toForeground,
};

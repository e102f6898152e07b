import { ContentKeeper } from './capture-content.ts';
import { compileRules } from './guard/compile-rules.ts';
import type { Search } from './guard/find-in-text.ts';
import { redactContent } from './redact-content.ts';
import type { Settings } from './settings/settings.ts';

/** Undefined where nothing is kept of what is asked and answered. */
export function openContents({ audit, ledger, redaction, logger }: Settings): ContentKeeper | undefined {
  if (audit.content === 'none' || ledger === false) return undefined;
  if (audit.content === 'full') return new ContentKeeper({ logger, redact: undefined });
  // Names and patterns of all rules, for whomever they are meant; functions are not asked for what is only kept.
  const own: readonly Search[] = (redaction === undefined ? [] : compileRules(redaction)).map(
    ({ search: { detectors } }) => ({ mode: 'mask', detectors, detect: undefined }),
  );
  return new ContentKeeper({ logger, redact: (kept, of) => redactContent(kept, of, own) });
}

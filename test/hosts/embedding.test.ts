import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const probe = fileURLToPath(new URL('embedding-probe.ts', import.meta.url));

interface Findings {
  readonly imported: object;
  readonly closed: object;
  readonly statuses: number[];
  readonly isListening: boolean;
  readonly fetchStatus: number;
  readonly listenersBefore: object;
  readonly listenersUsed: object;
}

/** On the Node that runs the tests; fails when the process does not end by itself, or says anything else. */
function run(framework: string): Promise<{ findings: Findings; stderr: string }> {
  const flags = [
    '--conditions=@vector-engine/source',
    '--disable-warning=ExperimentalWarning',
    '--trace-warnings',
  ];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [...flags, probe, framework], { timeout: 14_000 }, (error, stdout, stderr) => {
      if (error !== null) reject(error);
      else resolve({ findings: JSON.parse(stdout) as Findings, stderr });
    });
  });
}

test.concurrent.each(['express', 'koa', 'node'])(
  'imported, mounted in %s, used and closed, the gateway leaves nothing behind',
  async (framework) => {
    const { findings, stderr } = await run(framework);
    expect(findings.imported).toEqual({});
    expect(findings.closed).toEqual({});
    expect(findings.statuses).toEqual([200, 200]);
    expect(findings.isListening).toBe(true);
    expect(findings.listenersUsed).toEqual(findings.listenersBefore);
    expect(findings.fetchStatus).toBe(200);
    expect(stderr).toBe('');
  },
);

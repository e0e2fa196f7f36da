import { PassThrough, Writable } from 'node:stream';

/** What a command said, and how it ended. */
export interface Ended {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

export interface TestTerminal {
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly stdin: PassThrough & { isTTY?: boolean };
  /** When a question stands at the end of what was said. */
  readonly asked: Promise<void>;
}

/** Runs a command in this process on a terminal that writes down what is said. `answer`: what a person at it types; null: nobody is there. */
export async function onTerminal(work: (terminal: TestTerminal) => Promise<unknown>, answer: string | null = null): Promise<Ended> {
  const texts = { out: '', err: '' };
  let tellAsked: () => void;
  const asked = new Promise<void>((resolve) => (tellAsked = resolve));
  const into = (name: 'out' | 'err'): Writable =>
    new Writable({
      write: (chunk, _encoding, done) => {
        texts[name] += String(chunk);
        if (texts.out.endsWith(') ')) tellAsked();
        done();
      },
    });
  const stdin = Object.assign(new PassThrough(), { isTTY: answer !== null });
  if (answer !== null) stdin.end(`${answer}\n`);
  process.exitCode = 0;
  await work({ stdout: into('out'), stderr: into('err'), stdin, asked });
  const code = process.exitCode;
  process.exitCode = 0;
  return { ...texts, code };
}

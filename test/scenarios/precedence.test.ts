import { setTimeout as sleep } from 'node:timers/promises';
import { giveWay, withPrecedence } from '../../src/operations/precedence';

const LONG_MS = 60_000;

/** A question that is answered when told. */
function openQuestion() {
  let end!: () => void;
  const answered = withPrecedence(() => new Promise<void>((resolve) => (end = resolve)));
  return { answered, end };
}

describe('questions come before large reports', () => {
  test('nobody gives way where nothing is asked', async () => {
    await giveWay(LONG_MS);
  });

  test('what gives way goes on when all questions are answered', async () => {
    const order: string[] = [];
    const [one, other] = [openQuestion(), openQuestion()];
    const report = giveWay(LONG_MS).then(() => order.push('report'));
    one.end();
    await one.answered;
    await sleep(5);
    order.push('first answered');
    other.end();
    await other.answered;
    order.push('all answered');
    await report;
    expect(order).toEqual(['first answered', 'all answered', 'report']);
  });

  test('a question that fails holds nothing up', async () => {
    await expect(withPrecedence(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await giveWay(LONG_MS);
  });

  test('nothing waits longer than it says, and nothing for a question that takes long', async () => {
    const question = openQuestion();
    await giveWay(1);
    await giveWay(LONG_MS); // ends with the precedence of the question
    await giveWay(LONG_MS);
    question.end();
    await question.answered;
  });

  test('an answer passes through', async () => {
    expect(await withPrecedence(() => Promise.resolve(7))).toBe(7);
  });
});

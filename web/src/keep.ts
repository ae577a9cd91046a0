/* The last answers, so that going back shows at once what was there. Bounded; emptied when somebody leaves. */

const MOST = 60;

export class Keep {
  private readonly answers = new Map<string, unknown>();

  get(key: string): unknown {
    return this.answers.get(key);
  }

  set(key: string, answer: unknown): void {
    this.answers.delete(key);
    this.answers.set(key, answer);
    const oldest = this.answers.keys().next().value;
    if (this.answers.size > MOST && oldest !== undefined) {
      this.answers.delete(oldest);
    }
  }

  clear(): void {
    this.answers.clear();
  }
}

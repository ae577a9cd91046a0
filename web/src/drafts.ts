/* What was typed and not sent when the session ended: kept in memory until the same user is back, and for nobody else. */

export class Drafts {
  private readonly held = new Map<string, unknown>();
  private user: string | null = null;

  /** Somebody came in: what another one typed is gone. */
  entered(user: string): void {
    if (user !== this.user) {
      this.clear();
    }
    this.user = user;
  }

  has(key: string): boolean {
    return this.held.has(key);
  }

  get(key: string): unknown {
    return this.held.get(key);
  }

  keep(key: string, typed: unknown): void {
    this.held.set(key, typed);
  }

  drop(key: string): void {
    this.held.delete(key);
  }

  /** No form is open in which something was typed. */
  isEmpty(): boolean {
    return [...this.held.values()].every((typed) => Object.keys(typed as object).length === 0);
  }

  clear(): void {
    this.held.clear();
  }
}

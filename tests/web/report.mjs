// One line a test: `ok NAME`, `not ok NAME` (why on stderr), `skip NAME: reason`.
const LIMIT_MS = 45000;

export class Report {
  constructor(only) {
    this.only = only;
    this.failed = 0;
  }

  skip(name, reason) {
    console.log(`skip ${name}: ${reason}`);
  }

  async run(name, test) {
    if (this.only && !name.includes(this.only)) {
      return;
    }
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`longer than ${LIMIT_MS / 1000} s`)), LIMIT_MS);
    });
    try {
      await Promise.race([test(), late]);
      console.log(`ok ${name}`);
    } catch (error) {
      this.failed += 1;
      console.log(`not ok ${name}`);
      console.error(error.stack ?? error);
    } finally {
      clearTimeout(timer);
    }
  }
}

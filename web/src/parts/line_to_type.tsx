/* What only root may change: a sentence, and the line to type at the computer that runs garaged. */
import type { ComponentChild } from 'preact';
import { CopyLine } from './copy';

interface LineToTypeProps {
  id: string;
  /** What it does. Also the name of its button. */
  words: string;
  line: string;
  note?: ComponentChild;
}

export function LineToType({ id, words, line, note }: LineToTypeProps) {
  return (
    <div class="typeline">
      <p class="typeline__words">{words}</p>
      <CopyLine id={id} text={line} label={words} />
      {note ? <p class="meta">{note}</p> : null}
    </div>
  );
}

/* A text to take along: a line to type, a token. Copied by the browser, or marked where a page that came in clear may not copy. */
import type { ComponentChild } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { Icon } from './icons';

type Done = 'copied' | 'marked' | null;

function mark(element: HTMLElement): void {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection?.removeAllRanges();
  selection?.addRange(range);
}

/** navigator.clipboard is only there where the page came encrypted, or from this very computer. */
async function copy(text: string, element: HTMLElement): Promise<Done> {
  try {
    await navigator.clipboard.writeText(text);
    return 'copied';
  } catch {
    mark(element);
    return document.execCommand('copy') ? 'copied' : 'marked';
  }
}

/** A line may be broken between its words only: "--dry-run" in two pieces is not what is to be typed. */
function words(text: string): ComponentChild[] {
  return text.split(' ').flatMap((word, index) => [
    index === 0 ? '' : ' ',
    <span class="copyline__word" key={index}>
      {word}
    </span>,
  ]);
}

interface CopyLineProps {
  id: string;
  text: string;
  /** What it is, for who doesn't see it. */
  label: string;
}

export function CopyLine({ id, text, label }: CopyLineProps) {
  const code = useRef<HTMLElement>(null);
  const [done, setDone] = useState<Done>(null);
  const click = () => {
    if (code.current) {
      void copy(text, code.current).then(setDone);
    }
  };
  const said = { copied: t('Copied.'), marked: t('Marked: copy it yourself.') };
  return (
    <div class="copyline">
      <code class="copyline__text" ref={code} id={id}>
        {words(text)}
      </code>
      <button type="button" class="round" aria-label={t('Copy: {what}', { what: label })} onClick={click}>
        <Icon name="copy" />
      </button>
      <span class="copyline__said" role="status">
        {done === null ? '' : said[done]}
      </span>
    </div>
  );
}

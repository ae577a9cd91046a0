/* The tags of one outing: taken away, typed in or chosen among those that are used; each change is kept at once. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { failureWords } from '../api';
import type { App } from '../app';
import type { Listing, Outing } from '../diary';
import { diaryPath, readListing, readOuting } from '../diary';
import { t } from '../i18n';
import { useLoad } from '../load';
import { isPlain } from '../merge';
import { asTag, tagCounts, tagProblem } from '../tags';
import { Icon } from './icons';

const SUGGESTED_MOST = 8;
const readOutings = (raw: unknown): Listing<Outing> | null => readListing(raw, readOuting);

interface EditorProps {
  app: App;
  car: string;
  outing: Outing;
  /** The outing as garaged keeps it now. */
  saved: (outing: Outing) => void;
  close: () => void;
}

type Change = (tags: readonly string[]) => string[];

/** As they are by now: another browser may have changed them since they were drawn. */
async function newestTags({ app, car, outing }: EditorProps): Promise<readonly string[]> {
  const ends = [outing.from ?? outing.to, outing.to ?? outing.from].map((each) => each?.slice(0, 10));
  const [from, to] = ends;
  const answer = await app.api.call(diaryPath('outings', { car, days: from && to ? { from, to } : null, limit: 1000 }));
  const list = answer.ok ? readOutings(answer.data) : null;
  return list?.items.find((each) => each.id === outing.id)?.tags ?? outing.tags;
}

/** Tells garaged, which takes all tags at once; the reason in words when it didn't take them. */
async function send(props: EditorProps, change: Change): Promise<string | null> {
  const { app, car, outing, saved } = props;
  const tags = change(await newestTags(props));
  const answer = await app.api.call(`outings/${outing.id}?car=${encodeURIComponent(car)}`, { method: 'PATCH', body: { tags } });
  if (!answer.ok) {
    if (answer.status === 401) {
      app.ended();
    }
    return t('Not saved: {reason}.', { reason: answer.status === 403 ? t('you may look at this, but not change it') : failureWords(answer) });
  }
  const kept = isPlain(answer.data) ? readOuting(answer.data) : null;
  saved(kept ?? { ...outing, tags });
  return null;
}

/** What is used already, of the newest outings, and isn't here. */
function useSuggestions(app: App, car: string, outing: Outing): string[] {
  const newest = useLoad(app, diaryPath('outings', { car, limit: 1000 }), readOutings);
  const used = tagCounts(newest.data?.items ?? []).map((each) => each.tag);
  return used.filter((each) => !outing.tags.includes(each)).slice(0, SUGGESTED_MOST);
}

function Chips({ tags, busy, remove }: { tags: readonly string[]; busy: boolean; remove: (tag: string) => void }) {
  return (
    <ul class="tags" aria-label={t('Tags')}>
      {tags.map((tag) => (
        <li key={tag}>
          <button type="button" class="tagchip" aria-pressed={true} aria-label={t('Take away {tag}', { tag })} aria-disabled={busy} onClick={() => remove(tag)}>
            {tag} <Icon name="close" size={16} />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Suggestions({ tags, busy, add }: { tags: readonly string[]; busy: boolean; add: (tag: string) => void }) {
  return (
    <ul class="tags" aria-label={t('Tags used before')}>
      {tags.map((tag) => (
        <li key={tag}>
          <button type="button" class="tagchip" aria-label={t('Add the tag {tag}', { tag })} aria-disabled={busy} onClick={() => add(tag)}>
            <Icon name="plus" size={16} /> {tag}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** A chip that was pressed is gone afterwards: the keyboard goes on in the field. */
function useTyped(props: EditorProps) {
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  /** What is typed meanwhile stays. */
  const keep = async (change: Change, added = '') => {
    if (busy) {
      return;
    }
    setBusy(true);
    const refused = await send(props, change);
    setBusy(false);
    setProblem(refused);
    setTyped((now) => (refused === null && asTag(now) === added ? '' : now));
    input.current?.focus();
  };
  const add = (text: string) => {
    const tag = asTag(text);
    const wrong = tagProblem(tag, props.outing.tags);
    setProblem(wrong);
    if (wrong === null) {
      void keep((tags) => [...new Set([...tags, tag])], tag);
    }
  };
  const remove = (tag: string) => void keep((tags) => tags.filter((each) => each !== tag));
  return { typed, setTyped, problem, busy, input, add, remove };
}

export function TagEditor(props: EditorProps) {
  const { app, car, outing, close } = props;
  const { typed, setTyped, problem, busy, input, add, remove } = useTyped(props);
  const suggested = useSuggestions(app, car, outing);
  const id = `tag-${outing.id}`;
  const submit = (event: Event) => {
    event.preventDefault();
    if (typed.trim() === '') {
      close();
    } else {
      add(typed);
    }
  };
  const key = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
  };
  return (
    <form class="tagger" onSubmit={submit} onKeyDown={key} noValidate>
      {outing.tags.length > 0 ? <Chips tags={outing.tags} busy={busy} remove={remove} /> : null}
      <div class="tagger__line">
        <div class="field">
          <label for={id}>{t('New tag')}</label>
          <input
            id={id}
            ref={input}
            value={typed}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            enterkeyhint="done"
            aria-invalid={problem !== null}
            aria-describedby={`${id}-problem`}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
        <button type="button" class="button" onClick={() => add(typed)}>
          {t('Add')}
        </button>
        <button type="button" class="button" onClick={close}>
          {t('Done')}
        </button>
      </div>
      <p class="form__problem" id={`${id}-problem`} role="alert">
        {problem ?? ''}
      </p>
      {suggested.length > 0 ? <Suggestions tags={suggested} busy={busy} add={add} /> : null}
    </form>
  );
}

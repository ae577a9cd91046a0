/* The owner's prices in words, the newest first; drivers and admins change them here. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { App } from '../app';
import { dayName } from '../calendar';
import { t } from '../i18n';
import { useLoad } from '../load';
import { draftOf, freshDraft } from '../tariff_draft';
import type { Tariff, Tariffs } from '../tariffs';
import { readTariffs, tariffOf } from '../tariffs';
import { tariffLines } from '../tariff_words';
import { FactList } from './facts';
import { Sure } from './sure';
import { changeTariffs, draftKey, TariffForm } from './tariff_form';
import { Empty, ProblemLine, Waiting } from './waiting';

/** What the charges cost by new prices, garaged reckons a little later. */
const RECKONED_MS = 2500;

interface OneProps {
  tariff: Tariff;
  /** Of those that there are, the one of today. */
  holds: boolean;
  /** null: this user only looks. */
  actions: { edit: () => void; remove: () => void } | null;
}

function One({ tariff, holds, actions }: OneProps) {
  const since = dayName(tariff.validFrom);
  return (
    <li class="tariff__one">
      <p class="tariff__since">
        <strong>{t('Since {day}', { day: since })}</strong>
        {holds ? <span class="badge badge--open">{t('holds today')}</span> : null}
      </p>
      <FactList rows={tariffLines(tariff).map((each) => ({ name: each.name, value: each.price }))} />
      {actions ? (
        <div class="band__foot">
          <button type="button" class="button button--small" aria-label={t('Change the prices since {day}', { day: since })} data-edit={tariff.validFrom} onClick={actions.edit}>
            {t('Change')}
          </button>
          <Sure label={t('Delete')} what={t('the prices since {day}', { day: since })} yes={t('Delete them')} act={actions.remove} />
        </div>
      ) : null}
    </li>
  );
}

interface EditorProps {
  app: App;
  tariffs: Tariffs;
  today: string;
  mayWrite: boolean;
}

/** Which is open in the form: a first day, `new`, or none. */
type Open = { day: string | null } | null;

/** The one that was being typed when the session ended. */
function begunBefore(app: App, tariffs: Tariffs): Open {
  const days = [null, ...tariffs.list.map((each) => each.validFrom)];
  const day = days.find((each) => app.drafts.has(draftKey(each)));
  return day === undefined ? null : { day };
}

function Editor({ app, tariffs, today, mayWrite }: EditorProps) {
  const [open, setOpen] = useState<Open>(() => begunBefore(app, tariffs));
  const [said, setSaid] = useState('');
  const add = useRef<HTMLButtonElement>(null);
  const was = useRef(false);
  useLayoutEffect(() => {
    if (was.current && open === null) {
      add.current?.focus();
    }
    was.current = open !== null;
  }, [open]);
  const kept = () => {
    app.renew();
    setTimeout(() => app.renew(), RECKONED_MS);
  };
  const remove = async (tariff: Tariff) => {
    const refused = await changeTariffs(app, (newest) => ({ all: { ...newest, list: newest.list.filter((each) => each.validFrom !== tariff.validFrom) }, index: -1 }));
    setSaid(refused ? t('Not saved: {reason}.', { reason: refused.general ?? Object.values(refused.problems).join() }) : t('Deleted.'));
    add.current?.focus();
    kept();
  };
  const close = (words: string) => {
    setOpen(null);
    setSaid(words);
  };
  if (open !== null) {
    const chosen = tariffs.list.find((each) => each.validFrom === open.day);
    const draft = chosen ? draftOf(chosen, tariffs.holidays) : freshDraft(tariffs, today);
    return <TariffForm app={app} tariffs={tariffs} draft={draft} replaced={open.day} close={close} kept={kept} />;
  }
  const holds = tariffOf(tariffs, today);
  return (
    <>
      {tariffs.list.length === 0 ? <Empty icon="coin" words={t('No price yet. With one, every charge at home says what it cost, and months and years add up.')} /> : null}
      <ul class="tariff__list">
        {[...tariffs.list].reverse().map((tariff) => (
          <One key={tariff.validFrom} tariff={tariff} holds={tariff === holds} actions={mayWrite ? { edit: () => setOpen({ day: tariff.validFrom }), remove: () => void remove(tariff) } : null} />
        ))}
      </ul>
      {mayWrite ? (
        <div class="wishes__foot">
          <button type="button" class="button" id="add-tariff" ref={add} onClick={() => setOpen({ day: null })}>
            {tariffs.list.length === 0 ? t('Set a price') : t('Prices from another day on')}
          </button>
          <p role="status" class="wishes__said">
            {said}
          </p>
        </div>
      ) : (
        <p class="meta">{t('Changing prices takes a driver or an admin.')}</p>
      )}
    </>
  );
}

interface TariffsProps {
  app: App;
  today: string;
  mayWrite: boolean;
}

/** Without a frame of its own: for a card, or for a step of Setup. */
export function TariffEditor({ app, today, mayWrite }: TariffsProps) {
  const loaded = useLoad(app, 'tariffs', readTariffs);
  if (!loaded.data) {
    return <Waiting what={t('the prices')} problem={loaded.problem} retry={loaded.retry} />;
  }
  return (
    <>
      <Editor app={app} tariffs={loaded.data} today={today} mayWrite={mayWrite} />
      {loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
    </>
  );
}

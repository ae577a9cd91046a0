/* One outing of a list, and its tags. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { consumption, distance, energy, joined } from '../amounts';
import type { App } from '../app';
import type { Outing } from '../diary';
import { entryTime, flagWord, outingEnergy } from '../diary_words';
import { t } from '../i18n';
import type { Units } from '../units';
import { Notes } from './entry';
import { Icon } from './icons';
import { TagEditor } from './tag_editor';

interface OutingProps {
  app: App;
  car: string;
  outing: Outing;
  /** The year that goes without saying. */
  year: string;
  units: Units;
  /** null: whoever looks may not change it. */
  edit: { open: boolean; toggle: (open: boolean) => void; saved: (outing: Outing) => void } | null;
}

function Badges({ outing }: { outing: Outing }) {
  const marks = [...(outing.day === null ? [t('over more than one day')] : []), ...outing.flags.map((flag) => flagWord(flag).short)];
  return (
    <span class="entry__badges">
      {outing.tags.map((each) => (
        <span class="badge badge--tag" key={`tag ${each}`}>
          {each}
        </span>
      ))}
      {marks.map((each) => (
        <span class="badge" key={each}>
          {each}
        </span>
      ))}
    </span>
  );
}

/** After the editor has gone, the keyboard is where it came from. */
function EditButton({ when, edit }: { when: { day: string; times: string }; edit: NonNullable<OutingProps['edit']> }) {
  const button = useRef<HTMLButtonElement>(null);
  const was = useRef(edit.open);
  useLayoutEffect(() => {
    if (was.current && !edit.open && (document.activeElement === document.body || document.activeElement === null)) {
      button.current?.focus();
    }
    was.current = edit.open;
  }, [edit.open]);
  return (
    <button type="button" class="round entry__edit" ref={button} aria-expanded={edit.open} aria-label={t('Tags of the outing of {day}, {times}', when)} onClick={() => edit.toggle(!edit.open)}>
      <Icon name="tag" />
    </button>
  );
}

export function OutingEntry({ app, car, outing, year, units, edit }: OutingProps) {
  const used = outingEnergy(outing);
  const rate = consumption(outing.consumption, units);
  const when = entryTime(outing.from, outing.to, year);
  const facts = [used === null ? t('energy not known') : t('{energy} used', { energy: joined(energy(used)) }), rate === null ? null : joined(rate)];
  return (
    <li class="entry" data-outing={outing.id}>
      <div class="entry__link">
        <span class="entry__main">
          <span class="entry__title">{when.day}</span>
          <Notes parts={[when.times, ...facts]} />
          <Badges outing={outing} />
        </span>
        <span class="entry__figures">
          <span class="amount">{joined(distance(outing.distance, units))}</span>
        </span>
        {edit ? <EditButton when={when} edit={edit} /> : null}
      </div>
      {edit?.open ? <TagEditor app={app} car={car} outing={outing} saved={edit.saved} close={() => edit.toggle(false)} /> : null}
    </li>
  );
}

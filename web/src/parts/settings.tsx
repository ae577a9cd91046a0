/* Colours, units and leaving: a dialog, kept by the browser itself (focus, Esc). */
import { useEffect, useRef } from 'preact/hooks';
import type { Session } from '../model';
import type { Prefs } from '../prefs';
import { linkTo } from '../route';
import { Icon } from './icons';

interface ChoiceProps<T extends string> {
  name: string;
  legend: string;
  value: T;
  options: readonly (readonly [T, string])[];
  choose: (value: T) => void;
}

function Choice<T extends string>({ name, legend, value, options, choose }: ChoiceProps<T>) {
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class="choice__options">
        {options.map(([each, label]) => (
          <label class="choice__option" key={each}>
            <input type="radio" name={name} value={each} checked={each === value} onChange={() => choose(each)} />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

interface SettingsProps {
  open: boolean;
  prefs: Prefs;
  session: Session | null;
  change: (part: Partial<Prefs>) => void;
  close: () => void;
  leave: () => void;
}

function Account({ session, leave }: { session: Session; leave: () => void }) {
  return (
    <div class="dialog__account">
      <p>
        Logged in as <strong>{session.user || 'demo'}</strong>
        {session.role ? ` (${session.role})` : ''}
      </p>
      <button type="button" class="button" id="logout" onClick={leave}>
        <Icon name="leave" /> Log out
      </button>
    </div>
  );
}

export function Settings({ open, prefs, session, change, close, leave }: SettingsProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) {
      dialog.current?.showModal();
    } else {
      dialog.current?.close();
    }
  }, [open]);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby="settings-title" onClose={close}>
      <div class="dialog__head">
        <h2 id="settings-title">This browser</h2>
        <button type="button" class="round" onClick={close} aria-label="Close">
          <Icon name="close" />
        </button>
      </div>
      <Choice
        name="theme"
        legend="Colours"
        value={prefs.theme}
        options={[
          ['auto', 'System'],
          ['light', 'Light'],
          ['dark', 'Dark'],
        ]}
        choose={(theme) => change({ theme })}
      />
      <Choice
        name="distance"
        legend="Distance"
        value={prefs.distance}
        options={[
          ['km', 'Kilometres'],
          ['mi', 'Miles'],
        ]}
        choose={(distance) => change({ distance })}
      />
      <Choice
        name="temperature"
        legend="Temperature"
        value={prefs.temperature}
        options={[
          ['C', '°C'],
          ['F', '°F'],
        ]}
        choose={(temperature) => change({ temperature })}
      />
      <a class="button" href={linkTo('notices')} onClick={close}>
        <Icon name="bell" /> What garaged tells you about
      </a>
      {session ? <Account session={session} leave={leave} /> : null}
      <p class="dialog__foot">
        Nothing leaves this house. <a href="THIRD_PARTY.txt">Licences of what is built in</a>
      </p>
    </dialog>
  );
}

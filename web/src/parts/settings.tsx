/* Colours, units and leaving: a dialog, kept by the browser itself (focus, Esc). */
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../i18n';
import type { Session } from '../model';
import type { Prefs } from '../prefs';
import { linkTo } from '../route';
import { Choice } from './choice';
import { Icon } from './icons';
import { LanguageChoice, UnitChoices } from './unit_choices';

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
      <p>{t('Logged in as {user} ({role}).', { user: session.user || 'demo', role: t(session.role) })}</p>
      <button type="button" class="button" id="logout" onClick={leave}>
        <Icon name="leave" /> {t('Log out')}
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
        <h2 id="settings-title">{t('This browser')}</h2>
        <button type="button" class="round" onClick={close} aria-label={t('Close')}>
          <Icon name="close" />
        </button>
      </div>
      <LanguageChoice id="" prefs={prefs} change={change} />
      <Choice
        name="theme"
        legend={t('Colours')}
        value={prefs.theme}
        options={[
          ['auto', t('System')],
          ['light', t('Light')],
          ['dark', t('Dark')],
        ]}
        choose={(theme) => change({ theme })}
      />
      <UnitChoices id="" prefs={prefs} change={change} />
      <a class="button" href={linkTo('notices')} onClick={close}>
        <Icon name="bell" /> {t('What garaged tells you about')}
      </a>
      {session ? <Account session={session} leave={leave} /> : null}
      <p class="dialog__foot">
        {t('Nothing leaves this house.')} <a href="THIRD_PARTY.txt">{t('Licences of what is built in')}</a>
      </p>
    </dialog>
  );
}

/* Setup, who may come in: who one is, and how others get in. */
import { t } from '../i18n';
import { LINES } from '../lines';
import { LineToType } from '../parts/line_to_type';
import { roleWords } from '../roles';
import { partLink } from '../parts/system_tabs';
import type { StepProps } from './setup';

export function PeopleStep({ state, linkCar }: StepProps) {
  const session = state.session;
  return (
    <>
      <p>
        {session?.user
          ? t('You are {user}, {role}. garaged knows you by your name and password, never by an address or by the car’s number.', { user: session.user, role: roleWords(session.role) })
          : t('You came in by the demo’s code. In your own house the first code makes you the admin, with a name and a password of your own.')}
      </p>
      {session?.plain ? <p class="problem">{t('This page came through the house in clear. Before others log in, set web.tls = "auto" in garaged.conf.')}</p> : null}
      <p>{t('Others are let in at the computer that runs garaged. Viewers look; drivers also edit charges and tariffs and lend the dongle; admins also see users, tokens and the log.')}</p>
      <LineToType id="line-viewer" words={t('Somebody who may look')} line={LINES.addUser('viewer')} note={t('Then type the new password, 12 characters or more, and Enter.')} />
      <LineToType id="line-driver" words={t('Somebody who may also edit')} line={LINES.addUser('driver')} />
      <LineToType id="line-pair" words={t('Another admin: a code, to be typed on this page within 10 minutes')} line={LINES.pair} />
      <p class="meta">
        {t('Who is logged in, and from where:')} <a href={partLink('people', linkCar)}>{t('System, People')}</a>
      </p>
    </>
  );
}

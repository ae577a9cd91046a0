/* System: its parts, each with an address of its own. */
import { t } from '../i18n';
import { readPart, SystemTabs } from '../parts/system_tabs';
import type { PartName } from '../parts/system_tabs';
import type { CarPageProps } from './page';
import { PageHead } from './page';
import { Audit } from './system_audit';
import { Log } from './system_log';
import { Overview } from './system_overview';
import { People } from './system_people';
import { Signals } from './system_signals';

const PAGES: Readonly<Record<PartName, (props: CarPageProps) => preact.ComponentChild>> = { overview: Overview, signals: Signals, log: Log, people: People, audit: Audit };

export function System(props: CarPageProps) {
  const part = readPart(props.route.query['part']);
  const Part = PAGES[part];
  return (
    <>
      <PageHead title={t('System')} />
      <SystemTabs part={part} car={props.linkCar} />
      <Part {...props} />
    </>
  );
}

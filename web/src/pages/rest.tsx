/* Every page but the first: one script, fetched when one of them is opened, or before that (later.ts). */
import { Battery } from './battery';
import { ChargeDetail } from './charge';
import { Charges } from './charges';
import { Energy } from './energy';
import { History } from './history';
import { Mileage } from './mileage';
import { MorePage } from './more';
import { Notices } from './notices';
import type { CarPageProps } from './page';
import { Setup } from './setup';
import { System } from './system';

const PAGES = { mileage: Mileage, energy: Energy, history: History, battery: Battery, system: System, notices: Notices, setup: Setup, more: MorePage } as const;

export default function Rest(props: CarPageProps) {
  const { page, id } = props.route;
  if (page === 'charges') {
    return id === null ? <Charges {...props} /> : <ChargeDetail {...props} charge={id} />;
  }
  const Page = PAGES[page as keyof typeof PAGES];
  return <Page {...props} />;
}

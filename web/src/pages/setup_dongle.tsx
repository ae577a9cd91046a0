/* Setup, the dongle: what was found, tested one thing after the other, and what helps where it isn't well. */
import { useAsOf } from '../as_of';
import { chipsOf, dongleTests } from '../dongle_tests';
import type { Chip } from '../dongle_tests';
import { t } from '../i18n';
import { LINES } from '../lines';
import { useLoad } from '../load';
import type { Car } from '../model';
import type { FactRow } from '../parts/facts';
import { FactList } from '../parts/facts';
import { TestList } from '../parts/tests';
import { LineToType } from '../parts/line_to_type';
import { ProblemLine, Waiting } from '../parts/waiting';
import { readSystem } from '../system';
import type { CarCounters } from '../system';
import type { StepProps } from './setup';

const AGAIN_MS = 15000;

function chipRow(chip: Chip): FactRow {
  return chip.firmware === null ? { name: t('It says of itself'), value: chip.name } : { name: chip.name, value: t('firmware {n}', { n: chip.firmware }) };
}

function found(car: Car, counters: CarCounters | undefined): FactRow[] {
  const chips = chipsOf(counters?.adapter ?? null);
  const protocol = car.link.state === 'up' ? t('CAN, 11 bit, 500 kbit/s') : null;
  return [
    ...(chips.length === 0 ? [{ name: t('Adapter'), value: t('Not reached yet') }] : chips.map(chipRow)),
    { name: t('Protocol'), value: protocol, note: t('the only one that garaged speaks') },
  ];
}

function Help({ car, linkCar }: { car: Car; linkCar: string | null }) {
  return (
    <>
      {car.link.state === 'up' ? null : (
        <p>{t('Is it in its socket, and lit? Is no telephone connected to it? Pull it for ten seconds and put it back: garaged finds it by itself. If its port in garaged.conf is wrong, correct that.')}</p>
      )}
      <LineToType id="line-doctor" words={t('Examine the dongle for half a minute: says what is wrong, and what to do')} line={LINES.doctor(linkCar)} />
      {car.link.state === 'up' ? null : (
        <>
          <LineToType id="line-ports" words={t('The names of the dongles on USB')} line={LINES.ports} />
          <LineToType id="line-edit" words={t('Adapter and port stand in the configuration')} line={LINES.edit} />
        </>
      )}
    </>
  );
}

export function DongleStep({ app, state, id, car, view, linkCar }: StepProps) {
  const asOf = useAsOf(Math.floor(Date.now() / 1000), AGAIN_MS, state.contact.phase === 'paused');
  const loaded = useLoad(app, 'system', readSystem, { again: asOf * 2 + (car.link.state === 'up' ? 1 : 0) });
  if (!loaded.data) {
    return <Waiting what={t('what was found at the dongle')} problem={loaded.problem} retry={loaded.retry} />;
  }
  const counters = loaded.data.cars[id];
  return (
    <>
      <p>{t('The dongle sits in the socket below the steering wheel, and garaged tries it by itself. What you see here changes as it goes on.')}</p>
      <TestList rows={dongleTests(car, counters, view.now)} label={t('What was tried')} />
      <FactList rows={found(car, counters)} />
      <Help car={car} linkCar={linkCar} />
      {car.link.state === 'up' ? null : <LineToType id="line-restart" words={t('After each change of the configuration')} line={LINES.restart(id)} />}
      <p class="meta">{t('The dongle itself draws 30 to 40 mA from the car’s 12 V battery, all the time: unplug it when the car will stand for more than a week or two.')}</p>
      {loaded.problem ? <ProblemLine problem={loaded.problem} retry={loaded.retry} stale /> : null}
    </>
  );
}

/* Setup, Home Assistant: whether the broker is reached, what doubts there are about it, and the lines that set it up. */
import { homeAssistantWords } from '../chain_words';
import type { Moment } from '../format';
import { brokerWords } from '../house_words';
import { t, tServed } from '../i18n';
import { LINES } from '../lines';
import { useLoad } from '../load';
import type { House } from '../model';
import { TestList } from '../parts/tests';
import type { TestRow } from '../parts/tests';
import { LineToType } from '../parts/line_to_type';
import { readSystem } from '../system';
import type { SystemFacts } from '../system';
import type { StepProps } from './setup';

function connection(mqtt: House['mqtt']): TestRow {
  const words = brokerWords(mqtt);
  const name = t('The broker is reached');
  const outcomes = { up: 'good', down: 'bad', off: 'unknown' } as const;
  const said = mqtt.state === 'down' && mqtt.reason ? t('Not reached: {reason}. garaged keeps trying.', { reason: tServed(mqtt.reason) }) : mqtt.state === 'up' ? t('Connected.') : words.means;
  return { name, outcome: outcomes[mqtt.state as keyof typeof outcomes] ?? 'unknown', words: said };
}

function openness({ state, anonymous }: House['mqtt']): TestRow {
  const name = t('It serves only who logs in');
  if (state !== 'up' || anonymous === null || anonymous === undefined) {
    return { name, outcome: 'unknown', words: t('garaged tries that once a day, when it is connected.') };
  }
  return anonymous
    ? { name, outcome: 'bad', words: t('It serves everybody in the network: they read the car and can forge what it says. Set allow_anonymous false in mosquitto.conf.') }
    : { name, outcome: 'good', words: t('Without user and password it lets nobody in.') };
}

function secrecy({ state, plain }: House['mqtt']): TestRow {
  const name = t('The password is not sent in clear');
  if (state !== 'up') {
    return { name, outcome: 'unknown', words: t('To be seen when it is connected.') };
  }
  return plain ? { name, outcome: 'note', words: t('User and password cross the network unencrypted: mqtt.tls in garaged.conf changes that.') } : { name, outcome: 'good', words: t('Nobody in the network can read it.') };
}

function Configure({ id }: { id: string }) {
  return (
    <>
      <p>{t('Home Assistant needs its MQTT integration and a broker, such as its Mosquitto add-on. The rest is typed here:')}</p>
      <LineToType id="line-broker" words={t('1. The broker’s address and garaged’s user, in garaged.conf')} line={LINES.broker} />
      <LineToType id="line-edit" words={t('That file')} line={LINES.edit} />
      <LineToType id="line-password" words={t('2. The password of that user: type it, Enter, then Ctrl-D')} line={LINES.brokerPassword} />
      <LineToType id="line-restart" words={t('3. Begin anew')} line={LINES.restart(id)} />
    </>
  );
}

const OUTCOMES = { good: 'good', wait: 'unknown', bad: 'bad', none: 'unknown' } as const;

function introduced(house: House, facts: SystemFacts | null, now: Moment | null): TestRow {
  const words = homeAssistantWords(house, facts, now);
  return { name: t('Home Assistant knows the car'), outcome: OUTCOMES[words.mood], words: [words.state, words.means].filter((each) => each !== '').join(': ') };
}

export function BrokerStep({ app, house, car, id, now }: StepProps) {
  const { mqtt } = house;
  const loaded = useLoad(app, 'system', readSystem);
  return (
    <>
      <p>{t('A broker passes on what the car tells, to Home Assistant or whatever else listens in the house. It isn’t needed for this page.')}</p>
      {mqtt.state === 'off' ? null : <TestList rows={[connection(mqtt), openness(mqtt), secrecy(mqtt), introduced(house, loaded.data, now)]} label={t('What was tried')} />}
      {mqtt.state === 'up' ? (
        <>
          <p>{t('With each connection garaged tells Home Assistant what this car can deliver. There: Settings, Devices & services, MQTT, and the device “{name}”.', { name: car.name })}</p>
          <p>{t('For the Energy dashboard, “Energy charged” is an individual device: energy into the battery, not at the wall.')}</p>
          <LineToType id="line-hears" words={t('What the broker hears, to look at it without Home Assistant')} line={LINES.brokerHears} />
        </>
      ) : (
        <Configure id={id} />
      )}
      {mqtt.state === 'down' ? <LineToType id="line-doctor" words={t('Examine dongle and broker')} line={LINES.doctor(null)} /> : null}
    </>
  );
}

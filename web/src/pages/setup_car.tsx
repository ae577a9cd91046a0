/* Setup, the car: which generation it was recognised as, and what such a car can and can't do here, in words. */
import { abilitiesOf, findGeneration, GENERATIONS, neverWords, wayWords } from '../generations';
import type { Generation } from '../generations';
import { t, tServed } from '../i18n';
import { LINES } from '../lines';
import type { Car } from '../model';
import { TestList } from '../parts/tests';
import type { TestRow } from '../parts/tests';
import { LineToType } from '../parts/line_to_type';
import { isGeneration } from '../setup';
import type { StepProps } from './setup';

function rowsOf(generation: Generation, car: Car | null): TestRow[] {
  return abilitiesOf(generation, car).map((each) => ({ name: each.words, outcome: each.told ? 'good' : each.way === 'none' ? 'note' : 'unknown', words: wayWords(each) }));
}

function Table({ generation, car }: { generation: Generation; car: Car | null }) {
  return (
    <>
      <TestList rows={rowsOf(generation, car)} label={t('What this car tells')} />
      <p>{generation.silence}</p>
      {generation.notes.map((note) => (
        <p key={note}>{note}</p>
      ))}
    </>
  );
}

/** Before the car was recognised: every table, closed. */
function Tables() {
  return (
    <>
      {GENERATIONS.map((each) => (
        <details class="twin" key={each.id}>
          <summary>{`${each.name} (${each.id})`}</summary>
          <Table generation={each} car={null} />
        </details>
      ))}
    </>
  );
}

function Recognised({ car }: { car: Car }) {
  const generation = findGeneration(car.generation);
  if (!isGeneration(car.generation)) {
    return (
      <>
        <p>{t('Which LEAF this is was not recognised yet. It happens by itself, from what the car sends and answers: switch it on for a minute, with the dongle in its socket. Until then, what each of them can do:')}</p>
        <Tables />
      </>
    );
  }
  if (!generation) {
    return <p>{t('It is a {generation}, from a definition of your own: what it can do stands there.', { generation: car.generation })}</p>;
  }
  return (
    <>
      <p>
        {t('{name} talks like this one:', { name: car.name })} <strong>{`${generation.name} (${generation.id})`}</strong>
      </p>
      <Table generation={generation} car={car} />
    </>
  );
}

export function CarStep({ car, id }: StepProps) {
  const contradiction = car.state_reason?.startsWith('configured as') === true ? car.state_reason : null;
  return (
    <>
      {car.identity === 'changed' ? (
        <LineToType id="line-accept" words={t('Another car or battery answers than the diary’s, so nothing is stored. If that is right, go on with it:')} line={LINES.accept(id)} />
      ) : null}
      {contradiction === null ? null : <LineToType id="line-generation" words={t('It contradicts the configuration: {reason}.', { reason: tServed(contradiction) })} line={LINES.edit} />}
      <Recognised car={car} />
      <p>{neverWords()}</p>
    </>
  );
}

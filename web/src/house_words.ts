/* The named states of the diary and of the broker in plain words: what is wrong, what it means, what mends it. Pure. */
import { t } from './i18n';
import type { House } from './model';

export interface StateWords {
  /** Two or three words. */
  state: string;
  /** What it means, and what mends it. */
  means: string;
  mood: 'good' | 'wait' | 'bad' | 'none';
}

interface Cause {
  state: string;
  means: string;
}

/** By the name that the store gives a trouble: "diary.db full: …". */
const TROUBLES: Record<string, Cause> = {
  full: { state: t('Card full'), means: t('Nothing more fits on the card. Make room; garaged then goes on by itself.') },
  'read-only': { state: t('Read-only'), means: t('The diary can be read but not written. Look at the card and at who owns the folder; garaged tries again by itself.') },
  locked: { state: t('Locked'), means: t('Another program holds the diary. Once that has ended garaged goes on by itself.') },
  newer: { state: t('Newer'), means: t('A newer garaged wrote this diary: it is shown, but nothing is added. Install that one again.') },
  'made-up': { state: t('Made up'), means: t('A made-up diary and a lived one don’t mix. Give the demo a folder of its own.') },
  foreign: { state: t('Not ours'), means: t('A file of another program stands where the diary belongs. Move it away; garaged then goes on by itself.') },
  damaged: { state: t('Damaged'), means: t('A file is damaged and could not be set aside. Look at the card.') },
  'I/O error': { state: t('Card fails'), means: t('The card can’t be read or written. Copy what matters and change it; garaged tries again by itself.') },
};
const UNUSABLE: Cause = { state: t('Not writable'), means: t('Live figures go on, nothing is kept; garaged tries again by itself.') };

/** What happened to a diary that is well. */
const NEWS: readonly [RegExp, Cause][] = [
  [/set aside/, { state: t('Begun anew'), means: t('A damaged file was set aside under a dated name, nothing was deleted, and a new one begun.') }],
  [/begun again/, { state: t('Begun anew'), means: t('A file was taken away while garaged wrote to it, and a new one begun.') }],
];

function troubleOf(reason: string): Cause {
  const name = /\.db (full|read-only|locked|newer|made-up|foreign|damaged|I\/O error)\b/.exec(reason)?.[1];
  return (name === undefined ? undefined : TROUBLES[name]) ?? UNUSABLE;
}

export function diaryWords(diary: House['diary']): StateWords {
  switch (diary.state) {
    case 'opening':
      return { state: t('Opening'), means: t('The diary is being opened; figures of now are here already.'), mood: 'wait' };
    case 'failed':
      return { ...troubleOf(diary.reason ?? ''), mood: 'bad' };
    case 'ok': {
      const news = NEWS.find(([sign]) => sign.test(diary.reason ?? ''));
      return news ? { ...news[1], mood: 'wait' } : { state: t('Writing'), means: t('What the car says is kept.'), mood: 'good' };
    }
    default:
      return { state: diary.state, means: '', mood: 'none' };
  }
}

/** Who else reads what the broker gets, and the password on the way to it. */
function brokerDoubts(mqtt: House['mqtt']): string[] {
  const open = t('It serves everybody in the network, without user and password: they read the car and can forge what it says.');
  const plain = t('User and password cross the network unencrypted: set mqtt.tls in garaged.conf.');
  return [...(mqtt.anonymous ? [open] : []), ...(mqtt.plain ? [plain] : [])];
}

export function brokerWords(mqtt: House['mqtt']): StateWords {
  const doubts = brokerDoubts(mqtt);
  if (mqtt.state === 'up' && doubts.length > 0) {
    return { state: t('Connected, open to others'), means: doubts.join(' '), mood: 'wait' };
  }
  switch (mqtt.state) {
    case 'up':
      return { state: t('Connected'), means: t('Home Assistant hears what this page shows.'), mood: 'good' };
    case 'down':
      return { state: t('Not reachable'), means: t('garaged keeps trying; the latest values go out when it is back.'), mood: 'bad' };
    case 'off':
      return { state: t('Not used'), means: t('No broker is named in garaged.conf. Home Assistant needs one.'), mood: 'none' };
    default:
      return { state: mqtt.state, means: '', mood: 'none' };
  }
}

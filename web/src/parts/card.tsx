/* A card: a heading with its picture, a note beside it, and what it holds. */
import type { ComponentChild, ComponentChildren } from 'preact';
import { Icon } from './icons';
import type { IconName } from './icons';

interface CardProps {
  /** Of the section; its heading is `ID-title`. */
  id: string;
  title: ComponentChild;
  icon?: IconName;
  note?: ComponentChild;
  /** Further classes. */
  kind?: string;
  children: ComponentChildren;
}

export function Card({ id, title, icon, note, kind = '', children }: CardProps) {
  return (
    <section class={`card ${kind}`} id={id} aria-labelledby={`${id}-title`}>
      <div class="card__head">
        <h2 class="card__title" id={`${id}-title`}>
          {icon ? <Icon name={icon} /> : null} {title}
        </h2>
        {note ? <span class="card__note">{note}</span> : null}
      </div>
      {children}
    </section>
  );
}

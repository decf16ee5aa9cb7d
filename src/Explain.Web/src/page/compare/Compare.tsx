import { useStore, useTexts } from '../../state/store';
import { PictureButtons } from '../PictureButtons';
import { Refusal } from '../Refusal';
import { Welcome } from '../Welcome';
import { AspectChoice } from './AspectChoice';
import { Left } from './Left';
import { Right } from './Right';
import { Sheet } from './Sheet';

/** Two maps of one picture with one pointer, and many at once. */
export function Compare() {
  const { picture } = useStore();
  const texts = useTexts().compare;
  if (!picture.current.value) return <Welcome />;
  return (
    <div class="compare">
      <div class="over">
        <h1 class="title">{texts.title}</h1>
        <PictureButtons isFirst={false} />
      </div>
      <Refusal />
      <AspectChoice />
      <div class="panes">
        <Left />
        <Right />
      </div>
      <Sheet />
    </div>
  );
}

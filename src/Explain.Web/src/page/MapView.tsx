import { useStore } from '../state/store';
import { Reason } from './compare/Reason';
import { Depth } from './depth/Depth';
import { Classes } from './map/Classes';
import { Details } from './map/Details';
import { History } from './map/History';
import { Layer } from './map/Layer';
import { Look } from './map/Look';
import { Method } from './map/Method';
import { Notes } from './map/Notes';
import { Share } from './map/Share';
import { Sign } from './map/Sign';
import { Stage } from './map/Stage';
import { Verdict } from './map/Verdict';
import { Work } from './map/Work';
import { PictureButtons } from './PictureButtons';
import { Refusal } from './Refusal';
import { Welcome } from './Welcome';

/** One picture, one map. */
export function MapView() {
  const { picture } = useStore();
  if (!picture.current.value) return <Welcome />;
  return (
    <div class="workspace">
      <div class="centre">
        <div class="over">
          <Verdict />
          <PictureButtons isFirst={false} />
        </div>
        <Refusal />
        <Work />
        <Stage />
        <History />
      </div>
      <div class="side">
        <Classes />
        <Notes />
        <Look />
        <Method />
        <Layer />
        <Sign />
        <Reason />
      </div>
      <div class="more">
        <Depth />
        <Details />
        <Share />
      </div>
    </div>
  );
}

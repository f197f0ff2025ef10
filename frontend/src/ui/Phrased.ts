import { type FunctionalComponent, h } from 'vue'
import { phrases } from '@/domain/phrases'

/** A title that is broken between its phrases only. */
const Phrased: FunctionalComponent<{ text: string }> = ({ text }) =>
  h('span', { class: 'phrased' }, phrases(text).flatMap((piece, i) => (i > 0 ? [h('wbr'), piece] : [piece])))
Phrased.props = ['text']
export default Phrased

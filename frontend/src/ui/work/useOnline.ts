import { onBeforeUnmount, ref, type Ref } from 'vue'

/** What the browser says of the network. It may say yes where nothing gets through: a failed request tells more. */
export function useOnline(): Readonly<Ref<boolean>> {
  const online = ref(navigator.onLine)
  const follow = (): void => {
    online.value = navigator.onLine
  }
  for (const event of ['online', 'offline']) window.addEventListener(event, follow)
  onBeforeUnmount(() => {
    for (const event of ['online', 'offline']) window.removeEventListener(event, follow)
  })
  return online
}

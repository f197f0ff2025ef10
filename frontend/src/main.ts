import { VueQueryPlugin } from '@tanstack/vue-query'
import { createApp } from 'vue'
import { pointApiAtConfig } from '@/api/client'
import { loadConfig } from '@/api/config'
import App from './App.vue'
import { queries } from './data/cache'
import { messagesReady } from './i18n'
import { router } from './router'
import { sessionReady } from './session/session'
import './styles/main.css'

async function start(): Promise<void> {
  await Promise.all([loadConfig(), messagesReady()])
  pointApiAtConfig()
  // Not awaited: the wall opens at once, and requests wait for a renewal that is under way by themselves.
  void sessionReady()
  createApp(App).use(router).use(VueQueryPlugin, { queryClient: queries }).mount('#app')
}

// Not a top-level await: the English texts may sit in a piece that waits for this one, and each would wait for the other.
void start()

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

await Promise.all([loadConfig(), messagesReady()])
pointApiAtConfig()
// Not awaited: the wall opens at once, and requests wait for a renewal that is under way by themselves.
void sessionReady()

createApp(App).use(router).use(VueQueryPlugin, { queryClient: queries }).mount('#app')

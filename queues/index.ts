import type { ExportedHandler } from '@cloudflare/workers-types';
import type { Message } from '../domain/message.ts';
import { consume } from './consume.ts';
import { runCron } from './cron.ts';
import type { Env } from './env.ts';
import { openPorts } from './ports.ts';

export default {
  async queue(batch, env) {
    await consume(batch, openPorts(env));
  },
  async scheduled(controller, env) {
    await runCron(controller.cron, openPorts(env));
  },
} satisfies ExportedHandler<Env, Message>;

import { buildTarget } from './deploy/build.ts';
import { sizeTable } from './deploy/size.ts';
import { readTarget } from './deploy/target.ts';
import { readOptions } from './options.ts';
import { runCommand } from './run_command.ts';

/** `npm run build`: the production builds of both Workers (`.dev/deploy/production`) and the storefront (`web/dist`). */
runCommand(async () => {
  readOptions({});
  const target = await readTarget('production', 'pages');
  console.log(sizeTable(await buildTarget(target)));
  console.log(`built ${target.api.name}, ${target.queues.name} and ${target.storefront.name}`);
});

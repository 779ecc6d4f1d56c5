-- An account that lets us in no more is told of once, when it is lost, and not each minute.
alter table provider_cursors add column lost_at timestamptz;
grant update (lost_at) on provider_cursors to posx_queue;

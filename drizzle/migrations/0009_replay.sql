-- A dead letter that was taken again says so; only the consumer, which takes it, may write that.
grant update (replayed_at) on dead_letters to posx_queue;

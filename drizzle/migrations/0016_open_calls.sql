-- Two may set out to make the same refund. A refusal is believed once no other call is under way that may still make it:
-- every call is counted before it is made, and no longer when it was refused.
alter table refunds add column open_calls integer not null default 0;
grant update (open_calls) on refunds to posx_queue;

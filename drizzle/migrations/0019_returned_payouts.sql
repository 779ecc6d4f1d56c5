-- A payout that came back after its order was refunded settles the debt the refund made: a sweep finds its release.
grant select (order_id) on releases to posx_sweep;

CREATE TABLE "allocations" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"total_base" numeric(78, 0) NOT NULL,
	"wallet_address" text NOT NULL,
	"payable_from" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "allocations_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "allocations_order" UNIQUE("site_id","order_id"),
	CONSTRAINT "allocations_total" CHECK ("allocations"."total_base" > 0)
);
--> statement-breakpoint
CREATE TABLE "payouts" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"release_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"external_tx_id" text NOT NULL,
	"vault_account" text NOT NULL,
	"asset" text NOT NULL,
	"destination" text NOT NULL,
	"amount_base" numeric(78, 0) NOT NULL,
	"provider_id" text,
	"provider_status" text,
	"tx_hash" text,
	"state" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"checked_at" timestamp with time zone NOT NULL,
	"settled_at" timestamp with time zone,
	CONSTRAINT "payouts_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "payouts_attempt" UNIQUE("site_id","release_id","attempt"),
	CONSTRAINT "payouts_external" UNIQUE("site_id","external_tx_id"),
	CONSTRAINT "payouts_state" CHECK ("payouts"."state" in ('submitting', 'submitted', 'confirmed', 'failed', 'blocked')),
	CONSTRAINT "payouts_amount" CHECK ("payouts"."amount_base" > 0)
);
--> statement-breakpoint
CREATE TABLE "releases" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"allocation_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"amount_base" numeric(78, 0) NOT NULL,
	"reversed_base" numeric(78, 0) DEFAULT 0 NOT NULL,
	"state" text NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"approved_at" timestamp with time zone,
	CONSTRAINT "releases_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "releases_sequence" UNIQUE("site_id","allocation_id","sequence"),
	CONSTRAINT "releases_state" CHECK ("releases"."state" in ('scheduled', 'due', 'approved', 'submitting', 'submitted', 'confirmed', 'failed', 'blocked', 'reversed')),
	CONSTRAINT "releases_amount" CHECK ("releases"."amount_base" > 0 and "releases"."reversed_base" between 0 and "releases"."amount_base")
);
--> statement-breakpoint
CREATE TABLE "commission_entries" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"agent_id" uuid NOT NULL,
	"plan_id" uuid NOT NULL,
	"level" integer NOT NULL,
	"kind" text NOT NULL,
	"rate_basis_points" integer NOT NULL,
	"net_minor" bigint NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"ready_at" timestamp with time zone NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "commission_entries_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "commission_entries_agent" UNIQUE("site_id","agent_id","id"),
	CONSTRAINT "commission_entries_sign" CHECK (("commission_entries"."kind" = 'accrual' and "commission_entries"."amount_minor" > 0) or ("commission_entries"."kind" = 'reversal' and "commission_entries"."amount_minor" < 0))
);
--> statement-breakpoint
CREATE TABLE "ledger_accounts" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"owner_id" uuid,
	"asset" text NOT NULL,
	"balance" numeric(78, 0) DEFAULT 0 NOT NULL,
	"reserved" numeric(78, 0) DEFAULT 0 NOT NULL,
	CONSTRAINT "ledger_accounts_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "ledger_accounts_name" UNIQUE NULLS NOT DISTINCT("site_id","kind","owner_id","asset"),
	CONSTRAINT "ledger_accounts_reserved" CHECK ("ledger_accounts"."reserved" >= 0)
);
--> statement-breakpoint
CREATE TABLE "ledger_entries" (
	"site_id" uuid NOT NULL,
	"transfer_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"amount" numeric(78, 0) NOT NULL,
	CONSTRAINT "ledger_entries_site_id_transfer_id_account_id_pk" PRIMARY KEY("site_id","transfer_id","account_id"),
	CONSTRAINT "ledger_entries_not_zero" CHECK ("ledger_entries"."amount" <> 0)
);
--> statement-breakpoint
CREATE TABLE "ledger_transfers" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"reference_type" text NOT NULL,
	"reference_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "ledger_transfers_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "ledger_transfers_reference" UNIQUE("site_id","kind","reference_type","reference_id")
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"actor_id" uuid,
	"action" text NOT NULL,
	"subject_type" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"before" jsonb,
	"after" jsonb,
	"request_id" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "audit_log_site_id_id_pk" PRIMARY KEY("site_id","id")
);
--> statement-breakpoint
CREATE TABLE "jobs" (
	"name" text PRIMARY KEY NOT NULL,
	"ran_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"site_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"key" text NOT NULL,
	"body_hash" "bytea" NOT NULL,
	"object_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "idempotency_keys_site_id_user_id_key_pk" PRIMARY KEY("site_id","user_id","key")
);
--> statement-breakpoint
CREATE TABLE "order_events" (
	"site_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"user_id" uuid NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"actor" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "order_events_site_id_order_id_sequence_pk" PRIMARY KEY("site_id","order_id","sequence")
);
--> statement-breakpoint
CREATE TABLE "order_referrals" (
	"site_id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"level" integer NOT NULL,
	"agent_id" uuid NOT NULL,
	"active" boolean NOT NULL,
	"direct_sales_minor" bigint NOT NULL,
	CONSTRAINT "order_referrals_site_id_order_id_level_pk" PRIMARY KEY("site_id","order_id","level"),
	CONSTRAINT "order_referrals_agent" UNIQUE("site_id","order_id","agent_id")
);
--> statement-breakpoint
CREATE TABLE "orders" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"tier_id" uuid NOT NULL,
	"tier_version" integer NOT NULL,
	"quantity" integer NOT NULL,
	"unit_price_minor" bigint NOT NULL,
	"discount_minor" bigint NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"token_base" numeric(78, 0) NOT NULL,
	"wallet_id" uuid NOT NULL,
	"wallet_address" text NOT NULL,
	"terms_version" text NOT NULL,
	"settings_version" integer NOT NULL,
	"plan_id" uuid,
	"vesting_policy_id" uuid NOT NULL,
	"referral_code" text,
	"referral_reason" text,
	"status" text NOT NULL,
	"status_reason" text,
	"frozen" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"paid_at" timestamp with time zone,
	CONSTRAINT "orders_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "orders_status" CHECK ("orders"."status" in ('pending', 'paid', 'cancelled', 'expired', 'review', 'refunded')),
	CONSTRAINT "orders_quantity" CHECK ("orders"."quantity" > 0),
	CONSTRAINT "orders_amount" CHECK ("orders"."amount_minor" >= 0 and "orders"."discount_minor" >= 0 and "orders"."amount_minor" = "orders"."unit_price_minor" * "orders"."quantity" - "orders"."discount_minor"),
	CONSTRAINT "orders_tokens" CHECK ("orders"."token_base" > 0),
	CONSTRAINT "orders_paid_at" CHECK (("orders"."status" in ('paid', 'refunded')) <= ("orders"."paid_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "payments" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"order_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"account" text,
	"intent_id" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" text NOT NULL,
	"state" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"applied_at" timestamp with time zone,
	CONSTRAINT "payments_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "payments_intent" UNIQUE("site_id","provider","intent_id"),
	CONSTRAINT "payments_state" CHECK ("payments"."state" in ('open', 'applied', 'canceled')),
	CONSTRAINT "payments_applied_at" CHECK (("payments"."state" = 'applied') = ("payments"."applied_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "commission_levels" (
	"site_id" uuid NOT NULL,
	"plan_id" uuid NOT NULL,
	"level" integer NOT NULL,
	"rate_basis_points" integer NOT NULL,
	"hold_days" integer NOT NULL,
	"minimum_sales_minor" bigint NOT NULL,
	CONSTRAINT "commission_levels_site_id_plan_id_level_pk" PRIMARY KEY("site_id","plan_id","level"),
	CONSTRAINT "commission_levels_level" CHECK ("commission_levels"."level" between 1 and 10),
	CONSTRAINT "commission_levels_rate" CHECK ("commission_levels"."rate_basis_points" between 0 and 10000)
);
--> statement-breakpoint
CREATE TABLE "commission_plans" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"version" integer NOT NULL,
	"mode" text NOT NULL,
	"cap_basis_points" integer NOT NULL,
	"is_default" boolean NOT NULL,
	CONSTRAINT "commission_plans_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "commission_plans_mode" CHECK ("commission_plans"."mode" in ('level', 'differential')),
	CONSTRAINT "commission_plans_cap" CHECK ("commission_plans"."cap_basis_points" between 0 and 10000)
);
--> statement-breakpoint
CREATE TABLE "buyer_tier_totals" (
	"site_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"tier_id" uuid NOT NULL,
	"held_units" integer NOT NULL,
	"sold_units" integer NOT NULL,
	CONSTRAINT "buyer_tier_totals_site_id_user_id_tier_id_pk" PRIMARY KEY("site_id","user_id","tier_id"),
	CONSTRAINT "buyer_tier_totals_units" CHECK ("buyer_tier_totals"."held_units" >= 0 and "buyer_tier_totals"."sold_units" >= 0)
);
--> statement-breakpoint
CREATE TABLE "tiers" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"unit_price_minor" bigint NOT NULL,
	"tokens_per_unit_base" numeric(78, 0) NOT NULL,
	"total_units" integer NOT NULL,
	"held_units" integer DEFAULT 0 NOT NULL,
	"sold_units" integer DEFAULT 0 NOT NULL,
	"max_units_per_buyer" integer NOT NULL,
	"display_order" integer NOT NULL,
	"opens_at" timestamp with time zone,
	"closes_at" timestamp with time zone,
	"active" boolean NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "tiers_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "tiers_stock" CHECK ("tiers"."held_units" + "tiers"."sold_units" <= "tiers"."total_units"),
	CONSTRAINT "tiers_units" CHECK ("tiers"."held_units" >= 0 and "tiers"."sold_units" >= 0 and "tiers"."total_units" >= 0),
	CONSTRAINT "tiers_price" CHECK ("tiers"."unit_price_minor" > 0 and "tiers"."tokens_per_unit_base" > 0),
	CONSTRAINT "tiers_buyer_maximum" CHECK ("tiers"."max_units_per_buyer" > 0)
);
--> statement-breakpoint
CREATE TABLE "operators" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"home_site_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	CONSTRAINT "operators_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "operators_person" UNIQUE("site_id","user_id"),
	CONSTRAINT "operators_role" CHECK ("operators"."role" in ('support', 'manager', 'owner'))
);
--> statement-breakpoint
CREATE TABLE "site_domains" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"hostname" text NOT NULL,
	"state" text NOT NULL,
	CONSTRAINT "site_domains_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "site_domains_hostname" UNIQUE("hostname"),
	CONSTRAINT "site_domains_lower" CHECK ("site_domains"."hostname" = lower("site_domains"."hostname"))
);
--> statement-breakpoint
CREATE TABLE "site_payment_accounts" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"provider" text NOT NULL,
	"account" text NOT NULL,
	"active" boolean NOT NULL,
	CONSTRAINT "site_payment_accounts_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "site_payment_accounts_account" UNIQUE("provider","account")
);
--> statement-breakpoint
CREATE TABLE "site_settings" (
	"site_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"settings" jsonb NOT NULL,
	"effective_at" timestamp with time zone NOT NULL,
	CONSTRAINT "site_settings_site_id_version_pk" PRIMARY KEY("site_id","version")
);
--> statement-breakpoint
CREATE TABLE "sites" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"currency" text NOT NULL,
	"locales" text[] NOT NULL,
	"brand" jsonb NOT NULL,
	"settings_version" integer NOT NULL,
	"terms_version" text NOT NULL,
	"terms" jsonb NOT NULL,
	"chain_id" integer NOT NULL,
	"chain_name" text NOT NULL,
	"explorer_url" text,
	"token_symbol" text,
	"token_address" text,
	"token_decimals" integer,
	"vault_account" text,
	"vault_address" text,
	"custody_asset" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sites_code_unique" UNIQUE("code"),
	CONSTRAINT "sites_code" CHECK ("sites"."code" ~ '^[a-z][a-z0-9]{1,15}$'),
	CONSTRAINT "sites_currency" CHECK ("sites"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "sites_status" CHECK ("sites"."status" in ('active', 'suspended', 'archived')),
	CONSTRAINT "sites_kind" CHECK ("sites"."kind" in ('site', 'platform')),
	CONSTRAINT "sites_token" CHECK ("sites"."kind" = 'platform' or ("sites"."token_address" is not null and "sites"."token_decimals" between 0 and 36 and "sites"."vault_account" is not null))
);
--> statement-breakpoint
CREATE TABLE "auth_nonces" (
	"site_id" uuid NOT NULL,
	"nonce" text NOT NULL,
	"browser_hash" "bytea" NOT NULL,
	"address" text NOT NULL,
	"issued_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "auth_nonces_site_id_nonce_pk" PRIMARY KEY("site_id","nonce")
);
--> statement-breakpoint
CREATE TABLE "referrals" (
	"site_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"code" text NOT NULL,
	"referrer_id" uuid,
	"bound_at" timestamp with time zone,
	"agent_status" text NOT NULL,
	"direct_sales_minor" bigint NOT NULL,
	CONSTRAINT "referrals_site_id_user_id_pk" PRIMARY KEY("site_id","user_id"),
	CONSTRAINT "referrals_code" UNIQUE("site_id","code"),
	CONSTRAINT "referrals_agent_status" CHECK ("referrals"."agent_status" in ('none', 'active', 'suspended')),
	CONSTRAINT "referrals_not_self" CHECK ("referrals"."referrer_id" is distinct from "referrals"."user_id")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"method" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "sessions_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "sessions_token" UNIQUE("site_id","token_hash")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"status" text NOT NULL,
	"kyc" text NOT NULL,
	"locale" text,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "users_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "users_status" CHECK ("users"."status" in ('active', 'restricted', 'suspended')),
	CONSTRAINT "users_kyc" CHECK ("users"."kyc" in ('none', 'approved'))
);
--> statement-breakpoint
CREATE TABLE "wallets" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"address" text NOT NULL,
	"is_primary" boolean NOT NULL,
	"verified_at" timestamp with time zone NOT NULL,
	CONSTRAINT "wallets_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "wallets_address" UNIQUE("site_id","address"),
	CONSTRAINT "wallets_address_form" CHECK ("wallets"."address" ~ '^0x[0-9a-f]{40}$')
);
--> statement-breakpoint
CREATE TABLE "vesting_policies" (
	"site_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"is_default" boolean NOT NULL,
	"tge_basis_points" integer NOT NULL,
	"cliff_count" integer NOT NULL,
	"period_count" integer NOT NULL,
	"period_unit" text NOT NULL,
	CONSTRAINT "vesting_policies_site_id_id_pk" PRIMARY KEY("site_id","id"),
	CONSTRAINT "vesting_policies_tge" CHECK ("vesting_policies"."tge_basis_points" between 0 and 10000),
	CONSTRAINT "vesting_policies_periods" CHECK ("vesting_policies"."cliff_count" >= 0 and "vesting_policies"."period_count" >= 0),
	CONSTRAINT "vesting_policies_whole" CHECK ("vesting_policies"."tge_basis_points" = 10000 or "vesting_policies"."period_count" > 0)
);
--> statement-breakpoint
CREATE TABLE "dead_letters" (
	"queue" text NOT NULL,
	"id" uuid NOT NULL,
	"site_id" uuid,
	"body" jsonb NOT NULL,
	"attempts" integer NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"replayed_at" timestamp with time zone,
	CONSTRAINT "dead_letters_id_pk" PRIMARY KEY("id"),
	CONSTRAINT "dead_letters_message" UNIQUE("queue","id")
);
--> statement-breakpoint
CREATE TABLE "effects" (
	"site_id" uuid NOT NULL,
	"provider" text NOT NULL,
	"object" text NOT NULL,
	"effect" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "effects_site_id_provider_object_effect_pk" PRIMARY KEY("site_id","provider","object","effect")
);
--> statement-breakpoint
CREATE TABLE "webhook_events" (
	"provider" text NOT NULL,
	"event_id" text NOT NULL,
	"site_id" uuid,
	"type" text NOT NULL,
	"payload" jsonb NOT NULL,
	"state" text NOT NULL,
	"reason" text,
	"received_at" timestamp with time zone NOT NULL,
	CONSTRAINT "webhook_events_provider_event_id_pk" PRIMARY KEY("provider","event_id"),
	CONSTRAINT "webhook_events_state" CHECK ("webhook_events"."state" in ('applied', 'ignored', 'parked')),
	CONSTRAINT "webhook_events_reason" CHECK ("webhook_events"."state" = 'applied' or "webhook_events"."reason" is not null)
);
--> statement-breakpoint
ALTER TABLE "allocations" ADD CONSTRAINT "allocations_order_fk" FOREIGN KEY ("site_id","order_id") REFERENCES "public"."orders"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "allocations" ADD CONSTRAINT "allocations_user" FOREIGN KEY ("site_id","user_id") REFERENCES "public"."users"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_release" FOREIGN KEY ("site_id","release_id") REFERENCES "public"."releases"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_allocation" FOREIGN KEY ("site_id","allocation_id") REFERENCES "public"."allocations"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_order" FOREIGN KEY ("site_id","order_id") REFERENCES "public"."orders"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commission_entries" ADD CONSTRAINT "commission_entries_order_fk" FOREIGN KEY ("site_id","order_id") REFERENCES "public"."orders"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commission_entries" ADD CONSTRAINT "commission_entries_user" FOREIGN KEY ("site_id","agent_id") REFERENCES "public"."users"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_accounts" ADD CONSTRAINT "ledger_accounts_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_accounts" ADD CONSTRAINT "ledger_accounts_owner" FOREIGN KEY ("site_id","owner_id") REFERENCES "public"."users"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_transfer" FOREIGN KEY ("site_id","transfer_id") REFERENCES "public"."ledger_transfers"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_account_fk" FOREIGN KEY ("site_id","account_id") REFERENCES "public"."ledger_accounts"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_transfers" ADD CONSTRAINT "ledger_transfers_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "audit_log" ADD CONSTRAINT "audit_log_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_user" FOREIGN KEY ("site_id","user_id") REFERENCES "public"."users"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_events" ADD CONSTRAINT "order_events_order" FOREIGN KEY ("site_id","order_id") REFERENCES "public"."orders"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_referrals" ADD CONSTRAINT "order_referrals_order" FOREIGN KEY ("site_id","order_id") REFERENCES "public"."orders"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "order_referrals" ADD CONSTRAINT "order_referrals_user" FOREIGN KEY ("site_id","agent_id") REFERENCES "public"."users"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_user" FOREIGN KEY ("site_id","user_id") REFERENCES "public"."users"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_tier" FOREIGN KEY ("site_id","tier_id") REFERENCES "public"."tiers"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_wallet" FOREIGN KEY ("site_id","wallet_id") REFERENCES "public"."wallets"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_settings" FOREIGN KEY ("site_id","settings_version") REFERENCES "public"."site_settings"("site_id","version") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_plan" FOREIGN KEY ("site_id","plan_id") REFERENCES "public"."commission_plans"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "orders" ADD CONSTRAINT "orders_vesting" FOREIGN KEY ("site_id","vesting_policy_id") REFERENCES "public"."vesting_policies"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payments" ADD CONSTRAINT "payments_order" FOREIGN KEY ("site_id","order_id") REFERENCES "public"."orders"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commission_levels" ADD CONSTRAINT "commission_levels_plan" FOREIGN KEY ("site_id","plan_id") REFERENCES "public"."commission_plans"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "commission_plans" ADD CONSTRAINT "commission_plans_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "buyer_tier_totals" ADD CONSTRAINT "buyer_tier_totals_user" FOREIGN KEY ("site_id","user_id") REFERENCES "public"."users"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "buyer_tier_totals" ADD CONSTRAINT "buyer_tier_totals_tier" FOREIGN KEY ("site_id","tier_id") REFERENCES "public"."tiers"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tiers" ADD CONSTRAINT "tiers_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operators" ADD CONSTRAINT "operators_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operators" ADD CONSTRAINT "operators_user" FOREIGN KEY ("home_site_id","user_id") REFERENCES "public"."users"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "site_domains" ADD CONSTRAINT "site_domains_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "site_payment_accounts" ADD CONSTRAINT "site_payment_accounts_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "site_settings" ADD CONSTRAINT "site_settings_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "auth_nonces" ADD CONSTRAINT "auth_nonces_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_user" FOREIGN KEY ("site_id","user_id") REFERENCES "public"."users"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "referrals" ADD CONSTRAINT "referrals_referrer" FOREIGN KEY ("site_id","referrer_id") REFERENCES "public"."users"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user" FOREIGN KEY ("site_id","user_id") REFERENCES "public"."users"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wallets" ADD CONSTRAINT "wallets_user" FOREIGN KEY ("site_id","user_id") REFERENCES "public"."users"("site_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vesting_policies" ADD CONSTRAINT "vesting_policies_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dead_letters" ADD CONSTRAINT "dead_letters_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "effects" ADD CONSTRAINT "effects_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_events" ADD CONSTRAINT "webhook_events_site_id_sites_id_fk" FOREIGN KEY ("site_id") REFERENCES "public"."sites"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "payouts_one_live" ON "payouts" USING btree ("site_id","release_id") WHERE "payouts"."state" in ('submitting', 'submitted', 'confirmed');--> statement-breakpoint
CREATE INDEX "payouts_open" ON "payouts" USING btree ("state","checked_at") WHERE "payouts"."state" in ('submitting', 'submitted');--> statement-breakpoint
CREATE INDEX "payouts_by_user" ON "payouts" USING btree ("site_id","user_id");--> statement-breakpoint
CREATE INDEX "releases_by_user" ON "releases" USING btree ("site_id","user_id");--> statement-breakpoint
CREATE INDEX "releases_by_state" ON "releases" USING btree ("site_id","state","due_at");--> statement-breakpoint
CREATE INDEX "releases_due" ON "releases" USING btree ("state","due_at") WHERE "releases"."state" in ('scheduled', 'approved');--> statement-breakpoint
CREATE UNIQUE INDEX "commission_entries_accrual" ON "commission_entries" USING btree ("site_id","order_id","level") WHERE "commission_entries"."kind" = 'accrual';--> statement-breakpoint
CREATE INDEX "commission_entries_order" ON "commission_entries" USING btree ("site_id","order_id");--> statement-breakpoint
CREATE INDEX "ledger_entries_account" ON "ledger_entries" USING btree ("site_id","account_id");--> statement-breakpoint
CREATE INDEX "audit_log_subject" ON "audit_log" USING btree ("site_id","subject_type","subject_id");--> statement-breakpoint
CREATE UNIQUE INDEX "orders_one_unpaid" ON "orders" USING btree ("site_id","user_id","tier_id") WHERE "orders"."status" = 'pending';--> statement-breakpoint
CREATE INDEX "orders_by_user" ON "orders" USING btree ("site_id","user_id","created_at");--> statement-breakpoint
CREATE INDEX "orders_due" ON "orders" USING btree ("status","expires_at") WHERE "orders"."status" = 'pending';--> statement-breakpoint
CREATE UNIQUE INDEX "payments_one_applied" ON "payments" USING btree ("site_id","order_id") WHERE "payments"."state" = 'applied';--> statement-breakpoint
CREATE UNIQUE INDEX "payments_one_open" ON "payments" USING btree ("site_id","order_id") WHERE "payments"."state" = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "commission_plans_default" ON "commission_plans" USING btree ("site_id") WHERE "commission_plans"."is_default";--> statement-breakpoint
CREATE UNIQUE INDEX "wallets_primary" ON "wallets" USING btree ("site_id","user_id") WHERE "wallets"."is_primary";--> statement-breakpoint
CREATE UNIQUE INDEX "vesting_policies_default" ON "vesting_policies" USING btree ("site_id") WHERE "vesting_policies"."is_default";
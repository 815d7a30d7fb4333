CREATE TABLE `custom_hostnames` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`hostname` text NOT NULL,
	`state` text NOT NULL,
	`proof` text,
	`cloudflare_id` text,
	`problem` text DEFAULT '' NOT NULL,
	`problem_detail` text DEFAULT '' NOT NULL,
	`found` text DEFAULT '{}' NOT NULL,
	`misses` integer DEFAULT 0 NOT NULL,
	`checks` integer DEFAULT 0 NOT NULL,
	`asked_at` integer,
	`held_until` integer NOT NULL,
	`due_at` integer NOT NULL,
	`checked_at` integer,
	`since` integer NOT NULL,
	`created_at` integer NOT NULL,
	`staff_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`staff_id`) REFERENCES `memberships`(`tenant_id`,`staff_id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "custom_hostnames_state" CHECK("state" IN ('waiting', 'checking', 'issuing', 'active', 'failed', 'ending')),
	CONSTRAINT "custom_hostnames_found" CHECK(json_valid("found")),
	CONSTRAINT "custom_hostnames_hostname" CHECK("hostname" = lower("hostname") AND length("hostname") BETWEEN 4 AND 253)
) STRICT;
--> statement-breakpoint
CREATE INDEX `custom_hostnames_name` ON `custom_hostnames` (`hostname`,`state`);--> statement-breakpoint
CREATE UNIQUE INDEX `custom_hostnames_had` ON `custom_hostnames` (`hostname`) WHERE state IN ('checking', 'issuing', 'active', 'ending');--> statement-breakpoint
CREATE UNIQUE INDEX `custom_hostnames_wanted` ON `custom_hostnames` (`tenant_id`) WHERE state IN ('waiting', 'checking', 'issuing', 'failed');--> statement-breakpoint
CREATE UNIQUE INDEX `custom_hostnames_serving` ON `custom_hostnames` (`tenant_id`) WHERE state = 'active';--> statement-breakpoint
CREATE INDEX `custom_hostnames_due` ON `custom_hostnames` (`due_at`) WHERE state <> 'failed';
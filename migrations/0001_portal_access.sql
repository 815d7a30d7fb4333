CREATE TABLE `invitation_run_clients` (
	`tenant_id` text NOT NULL,
	`run_id` text NOT NULL,
	`email_key` text NOT NULL,
	`client_id` text NOT NULL,
	`email` text NOT NULL,
	`outcome` text NOT NULL,
	`previous_invited_at` integer,
	PRIMARY KEY(`tenant_id`, `run_id`, `email_key`, `client_id`),
	FOREIGN KEY (`tenant_id`,`run_id`) REFERENCES `invitation_runs`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`tenant_id`,`client_id`) REFERENCES `clients`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "invitation_run_clients_outcome" CHECK("invitation_run_clients"."outcome" IN ('invited', 'access-given'))
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `invitation_runs` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`staff_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`begun_at` integer,
	`cancelled_at` integer,
	`selection` text NOT NULL,
	`skipped` text DEFAULT '{}' NOT NULL,
	`invited` integer DEFAULT 0 NOT NULL,
	`given` integer DEFAULT 0 NOT NULL,
	`mails` integer DEFAULT 0 NOT NULL,
	`waiting` integer DEFAULT 0 NOT NULL,
	`sent` integer DEFAULT 0 NOT NULL,
	`failed` integer DEFAULT 0 NOT NULL,
	`unsent` integer DEFAULT 0 NOT NULL,
	`opened` integer DEFAULT 0 NOT NULL,
	`bounced` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`staff_id`) REFERENCES `memberships`(`tenant_id`,`staff_id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "invitation_runs_selection" CHECK(json_valid("invitation_runs"."selection")),
	CONSTRAINT "invitation_runs_skipped" CHECK(json_valid("invitation_runs"."skipped"))
) STRICT;
--> statement-breakpoint
CREATE INDEX `invitation_runs_created` ON `invitation_runs` (`tenant_id`,`created_at`,`id`);--> statement-breakpoint
CREATE TABLE `mail_batches` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`run_id` text NOT NULL,
	`state` text DEFAULT 'queued' NOT NULL,
	`due_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`generation` integer DEFAULT 0 NOT NULL,
	`uncertain` integer DEFAULT false NOT NULL,
	`claim` text,
	`error` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`,`run_id`) REFERENCES `invitation_runs`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "mail_batches_state" CHECK("mail_batches"."state" IN ('queued', 'sending', 'done')),
	CONSTRAINT "mail_batches_uncertain" CHECK("mail_batches"."uncertain" IN (0, 1))
) STRICT;
--> statement-breakpoint
CREATE INDEX `mail_batches_due` ON `mail_batches` (`due_at`) WHERE state <> 'done';--> statement-breakpoint
CREATE INDEX `mail_batches_run` ON `mail_batches` (`tenant_id`,`run_id`,`due_at`) WHERE state <> 'done';--> statement-breakpoint
CREATE TABLE `client_addresses` (
	`tenant_id` text NOT NULL,
	`client_id` text NOT NULL,
	`email_key` text NOT NULL,
	`email` text NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `client_id`, `email_key`),
	FOREIGN KEY (`tenant_id`,`client_id`) REFERENCES `clients`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `limits` (
	`key` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`ends_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `limits_ended` ON `limits` (`ends_at`);--> statement-breakpoint
CREATE TABLE `mail_pace` (
	`id` integer PRIMARY KEY NOT NULL,
	`free_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `webhook_events` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `webhook_events_at` ON `webhook_events` (`at`);--> statement-breakpoint
-- Nothing points to outbox: it can be made anew, with the keys that a column added later can't have.
PRAGMA defer_foreign_keys=ON;--> statement-breakpoint
CREATE TABLE `__new_outbox` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`to_email` text NOT NULL,
	`portal_user_id` text,
	`staff_id` text,
	`data` text NOT NULL,
	`template_version` integer NOT NULL,
	`key_id` text NOT NULL,
	`state` text DEFAULT 'queued' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`sent_at` integer,
	`provider_id` text,
	`error` text,
	`run_id` text,
	`batch_id` text,
	`batch_position` integer,
	`previous_mail_id` text,
	`used_at` integer,
	`delivery` text,
	`delivery_at` integer,
	`delivery_detail` text,
	PRIMARY KEY(`tenant_id`, `id`),
	FOREIGN KEY (`tenant_id`) REFERENCES `tenants`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`staff_id`) REFERENCES `staff`(`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`tenant_id`,`portal_user_id`) REFERENCES `portal_users`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`tenant_id`,`run_id`) REFERENCES `invitation_runs`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	FOREIGN KEY (`tenant_id`,`batch_id`) REFERENCES `mail_batches`(`tenant_id`,`id`) ON UPDATE restrict ON DELETE restrict,
	CONSTRAINT "outbox_state" CHECK("state" IN ('queued', 'sending', 'sent', 'failed', 'not-sent')),
	CONSTRAINT "outbox_data" CHECK(json_valid("data")),
	CONSTRAINT "outbox_delivery" CHECK("delivery" IN ('delayed', 'delivered', 'bounced', 'complained')),
	CONSTRAINT "outbox_one_reader" CHECK(("portal_user_id" IS NULL) <> ("staff_id" IS NULL))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_outbox`("tenant_id", "id", "kind", "to_email", "portal_user_id", "staff_id", "data", "template_version", "key_id", "state", "attempts", "due_at", "created_at", "expires_at", "sent_at", "provider_id", "error") SELECT "tenant_id", "id", "kind", "to_email", "portal_user_id", "staff_id", "data", "template_version", "key_id", "state", "attempts", "due_at", "created_at", "expires_at", "sent_at", "provider_id", "error" FROM `outbox`;--> statement-breakpoint
DROP TABLE `outbox`;--> statement-breakpoint
ALTER TABLE `__new_outbox` RENAME TO `outbox`;--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`due_at`) WHERE state IN ('queued', 'sending') AND batch_id IS NULL;--> statement-breakpoint
CREATE INDEX `outbox_run` ON `outbox` (`tenant_id`,`run_id`,`state`,`id`) WHERE run_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `outbox_run_problems` ON `outbox` (`tenant_id`,`run_id`,`id`) WHERE run_id IS NOT NULL AND (state = 'failed' OR delivery IN ('bounced', 'complained'));--> statement-breakpoint
CREATE INDEX `outbox_batch` ON `outbox` (`tenant_id`,`batch_id`,`batch_position`) WHERE batch_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `outbox_user` ON `outbox` (`tenant_id`,`portal_user_id`,`created_at`);--> statement-breakpoint
PRAGMA defer_foreign_keys=OFF;--> statement-breakpoint
ALTER TABLE `clients` ADD `email_valid` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `clients` ADD `owed` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `clients_owed` ON `clients` (`tenant_id`,`currency`,`owed`,`id`);--> statement-breakpoint
CREATE INDEX `clients_added` ON `clients` (`tenant_id`,`created_at`,`id`);--> statement-breakpoint
ALTER TABLE `portal_sessions` ADD `device` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `portal_sessions` ADD `city` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `portal_sessions` ADD `country` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `portal_users` ADD `reset_mail_id` text;--> statement-breakpoint
DROP INDEX `accesses_client`;--> statement-breakpoint
CREATE INDEX `accesses_client` ON `accesses` (`tenant_id`,`client_id`,`portal_user_id`);--> statement-breakpoint
DROP INDEX `portal_sessions_user`;--> statement-breakpoint
CREATE INDEX `portal_sessions_user` ON `portal_sessions` (`tenant_id`,`portal_user_id`,`seen_at`) WHERE ended_at IS NULL;--> statement-breakpoint
CREATE INDEX `portal_users_reset` ON `portal_users` (`tenant_id`,`reset_mail_id`) WHERE reset_mail_id IS NOT NULL;--> statement-breakpoint
CREATE INDEX `activity_type` ON `activity` (`tenant_id`,`client_id`,`type`,`at`,`id`);
--> statement-breakpoint
INSERT INTO mail_pace (id, free_at) VALUES (1, 0);
--> statement-breakpoint
UPDATE clients SET email_valid = email IS NULL OR (email LIKE '_%@_%._%' AND email NOT LIKE '%@%@%' AND email NOT GLOB '*[ <>(),;:"\]*');
--> statement-breakpoint
UPDATE clients SET owed = coalesce((
	SELECT open - credit - on_account - unapplied FROM client_balances b
		WHERE b.tenant_id = clients.tenant_id AND b.client_id = clients.id AND b.currency = clients.currency), 0);
--> statement-breakpoint
-- What the Clients table is ordered by: the outstanding balance in the client's own currency.
CREATE TRIGGER client_balances_owed_insert AFTER INSERT ON client_balances BEGIN
	UPDATE clients SET owed = NEW.open - NEW.credit - NEW.on_account - NEW.unapplied
		WHERE tenant_id = NEW.tenant_id AND id = NEW.client_id AND currency = NEW.currency;
END;
--> statement-breakpoint
CREATE TRIGGER client_balances_owed_update AFTER UPDATE ON client_balances
WHEN NEW.open - NEW.credit - NEW.on_account - NEW.unapplied <> OLD.open - OLD.credit - OLD.on_account - OLD.unapplied BEGIN
	UPDATE clients SET owed = NEW.open - NEW.credit - NEW.on_account - NEW.unapplied
		WHERE tenant_id = NEW.tenant_id AND id = NEW.client_id AND currency = NEW.currency;
END;
--> statement-breakpoint
CREATE TRIGGER clients_currency_changed AFTER UPDATE OF currency ON clients WHEN OLD.currency <> NEW.currency BEGIN
	UPDATE clients SET owed = coalesce((
		SELECT open - credit - on_account - unapplied FROM client_balances
			WHERE tenant_id = NEW.tenant_id AND client_id = NEW.id AND currency = NEW.currency), 0)
		WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;
--> statement-breakpoint
DROP TRIGGER clients_email_changed;
--> statement-breakpoint
-- A new primary address: the open invitation of the old one ends, an active login stays as it is, and the state shown is the new one's.
CREATE TRIGGER clients_email_changed AFTER UPDATE OF email_key ON clients WHEN OLD.email_key IS NOT NEW.email_key BEGIN
	DELETE FROM accesses
		WHERE tenant_id = NEW.tenant_id AND client_id = NEW.id AND state = 'invited'
			AND portal_user_id = (SELECT id FROM portal_users WHERE tenant_id = NEW.tenant_id AND email_key = OLD.email_key);
	DELETE FROM client_addresses WHERE tenant_id = NEW.tenant_id AND client_id = NEW.id AND email_key = NEW.email_key;
	UPDATE clients SET (access_state, mail_problem) = (
		SELECT coalesce(max(a.state), 'not-invited'), coalesce(max(a.mail_problem IS NOT NULL), 0)
			FROM portal_users u JOIN accesses a ON a.tenant_id = u.tenant_id AND a.portal_user_id = u.id AND a.client_id = NEW.id
			WHERE u.tenant_id = NEW.tenant_id AND u.email_key = NEW.email_key)
		WHERE tenant_id = NEW.tenant_id AND id = NEW.id;
END;
--> statement-breakpoint
-- A credential goes with its person's last access, and so do the links that would make a new one.
CREATE TRIGGER accesses_last_delete AFTER DELETE ON accesses
WHEN NOT EXISTS (SELECT 1 FROM accesses WHERE tenant_id = OLD.tenant_id AND portal_user_id = OLD.portal_user_id) BEGIN
	UPDATE portal_users SET password_hash = NULL, password_set_at = NULL, invitation_mail_id = NULL, reset_mail_id = NULL
		WHERE tenant_id = OLD.tenant_id AND id = OLD.portal_user_id;
END;
--> statement-breakpoint
-- How far a run has come: its counts follow its mails.
CREATE TRIGGER outbox_run_insert AFTER INSERT ON outbox WHEN NEW.run_id IS NOT NULL BEGIN
	UPDATE invitation_runs SET mails = mails + 1,
			waiting = waiting + (NEW.state IN ('queued', 'sending')), sent = sent + (NEW.state = 'sent'),
			failed = failed + (NEW.state = 'failed'), unsent = unsent + (NEW.state = 'not-sent'), opened = opened + (NEW.used_at IS NOT NULL),
			bounced = bounced + (coalesce(NEW.delivery, '') IN ('bounced', 'complained'))
		WHERE tenant_id = NEW.tenant_id AND id = NEW.run_id;
END;
--> statement-breakpoint
CREATE TRIGGER outbox_run_update AFTER UPDATE OF state, used_at, delivery, run_id ON outbox
WHEN OLD.state <> NEW.state OR OLD.used_at IS NOT NEW.used_at OR OLD.delivery IS NOT NEW.delivery OR OLD.run_id IS NOT NEW.run_id BEGIN
	UPDATE invitation_runs SET mails = mails - 1,
			waiting = waiting - (OLD.state IN ('queued', 'sending')), sent = sent - (OLD.state = 'sent'),
			failed = failed - (OLD.state = 'failed'), unsent = unsent - (OLD.state = 'not-sent'), opened = opened - (OLD.used_at IS NOT NULL),
			bounced = bounced - (coalesce(OLD.delivery, '') IN ('bounced', 'complained'))
		WHERE tenant_id = OLD.tenant_id AND id = OLD.run_id;
	UPDATE invitation_runs SET mails = mails + 1,
			waiting = waiting + (NEW.state IN ('queued', 'sending')), sent = sent + (NEW.state = 'sent'),
			failed = failed + (NEW.state = 'failed'), unsent = unsent + (NEW.state = 'not-sent'), opened = opened + (NEW.used_at IS NOT NULL),
			bounced = bounced + (coalesce(NEW.delivery, '') IN ('bounced', 'complained'))
		WHERE tenant_id = NEW.tenant_id AND id = NEW.run_id;
END;

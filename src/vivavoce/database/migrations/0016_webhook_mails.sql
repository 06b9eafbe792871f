-- Administrators are told by mail of a webhook that was disabled; the mail leads to it, and goes with it.
ALTER TABLE mails DROP CONSTRAINT mails_kind_check;
ALTER TABLE mails ADD CONSTRAINT mails_kind_check CHECK (kind IN ('invitation', 'sign_in', 'webhook_disabled'));
ALTER TABLE mails ADD COLUMN webhook_id text REFERENCES webhooks ON DELETE CASCADE;
CREATE INDEX mails_of_webhook ON mails (webhook_id) WHERE webhook_id IS NOT NULL;

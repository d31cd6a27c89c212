"""What partner systems read of applications, joined by the database."""

import django.db.models.deletion
from django.db import migrations, models

MAKE = """
CREATE VIEW accelerator_applicationline AS
SELECT a.id, a.public_id, i.by_id AS brought_by_id, i.external_id,
       p.public_id AS programme, c.public_id AS call, c.closes_at, h.code AS challenge,
       o.public_id AS organisation, o.name, o.nation_id AS nation,
       a.state, s.number, s.digest, s.received_at AS submitted_at, a.is_illustrative
  FROM accelerator_application a
  JOIN accelerator_call c ON c.id = a.call_id
  JOIN accelerator_programme p ON p.id = c.programme_id
  JOIN core_organisation o ON o.id = a.organisation_id
  LEFT JOIN accelerator_challenge h ON h.id = a.challenge_id
  LEFT JOIN accelerator_intake i ON i.application_id = a.id
  LEFT JOIN LATERAL (
       SELECT number, digest, received_at FROM accelerator_submission
        WHERE application_id = a.id ORDER BY "order" DESC LIMIT 1
  ) s ON a.state = 'submitted';
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accelerator', '0014_gate_by_what_a_thing_is'),
        ('core', '0024_gate_by_what_a_thing_is'),
    ]

    operations = [
        migrations.RunSQL(MAKE, 'DROP VIEW accelerator_applicationline'),
        migrations.CreateModel(
            name='ApplicationLine',
            fields=[
                ('application', models.OneToOneField(db_column='id', on_delete=django.db.models.deletion.DO_NOTHING, primary_key=True, related_name='+', serialize=False, to='accelerator.application')),
                ('public_id', models.CharField(max_length=40)),
                ('external_id', models.CharField(max_length=100, null=True)),
                ('programme', models.CharField(max_length=40)),
                ('call', models.CharField(max_length=40)),
                ('closes_at', models.DateTimeField(null=True)),
                ('challenge', models.CharField(max_length=20, null=True)),
                ('organisation', models.CharField(max_length=40)),
                ('name', models.CharField(max_length=200)),
                ('nation', models.CharField(max_length=2)),
                ('state', models.CharField(max_length=10)),
                ('number', models.CharField(max_length=12, null=True)),
                ('digest', models.CharField(max_length=64, null=True)),
                ('submitted_at', models.DateTimeField(null=True)),
                ('is_illustrative', models.BooleanField()),
            ],
            options={'db_table': 'accelerator_applicationline', 'managed': False},
        ),
    ]

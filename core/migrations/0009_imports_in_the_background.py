"""Work on imports in the background: the job of a dry run, and why work that was asked for was refused."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0008_ethics_written_once'),
    ]

    operations = [
        migrations.AddField(
            model_name='import',
            name='refusal',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='import',
            name='refused_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='import',
            name='refused_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importrun',
            name='job',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddConstraint(
            model_name='import',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('refusal', {}), ('refused_at__isnull', True), ('refused_by__isnull', True)), models.Q(('refused_at__isnull', False), ('refused_by__isnull', False), models.Q(('refusal', {}), _negated=True)), _connector='OR'), name='import_refused_by_at_and_why_together'),
        ),
        migrations.AddConstraint(
            model_name='importrun',
            constraint=models.UniqueConstraint(condition=models.Q(('job', ''), _negated=True), fields=('job',), name='import_run_once_a_job'),
        ),
    ]

"""Campaign: petitions and letters for human-rights groups.

`create_app()` opens the doors of every room; nothing imports it back. Where things live:
docs/developing.md.
"""

import gc

# Modules are not let go of again: to look for what could be took a twentieth of a start.
gc.disable()

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from campaign import config, reconciling, retention, seeding
from campaign.accounts import (
    commands as account_commands,
    guards,
    manage as accounts_manage,
    own as own_account,
    views as account_views,
)
from campaign.campaigns import image_editor, image_files, manage as campaigns_manage
from campaign.desk import (
    reviewing as desk_reviewing,
    translating as desk_translating,
    views as desk_views,
    writing as desk_writing,
)
from campaign.exports import commands as export_commands, hand_overs, manage as exports_manage
from campaign.letters import (
    case_editor,
    commands as letter_commands,
    evening,
    manage as letters_manage,
    publishing,
    settling,
    views as letter_views,
)
from campaign.lib import (
    assets,
    clock,
    countries,
    db,
    headers,
    http,
    languages,
    links,
    logs,
    markup,
    migrations,
    page_cache,
    templates,
    turns,
    vault,
)
from campaign.mail import commands as mail_commands, views as mailbox
from campaign.moderation import (
    bulk_deeds,
    comments,
    dashboard,
    queue,
    queue_reasons,
    report_views,
    reports,
    screening_settings,
    signatures,
    take_downs,
    trail_keeping,
    trail_reading,
    views as moderation_views,
    voiding,
)
from campaign.operations import commands as operation_commands, views as metrics
from campaign.pages import errors, health, open_data, patterns, previewing, views as page_views
from campaign.paper import views as paper_views
from campaign.petitions import my_signature, views as petition_views
from campaign.posts import (
    manage as posts_manage,
    reviewing as posts_reviewing,
    translating as posts_translating,
    views as post_views,
    writing as posts_writing,
)
from campaign.reach import embedding, sharing, sitemaps, views as reach_views
from campaign.results import views as results_views
from campaign.updates import (
    manage as updates_manage,
    reviewing as reviewing_updates,
    unsubscribing,
    writing as writing_updates,
)

gc.freeze()
gc.enable()

#: Every room's doors.
DOORS = (
    page_views,
    post_views,
    petition_views,
    my_signature,
    letter_views,
    evening,
    open_data,
    sharing,
    embedding,
    reach_views,
    sitemaps,
    health,
    metrics,
    account_views,
    own_account,
    accounts_manage,
    moderation_views,
    signatures,
    bulk_deeds,
    comments,
    report_views,
    reports,
    queue,
    queue_reasons,
    dashboard,
    desk_views,
    desk_writing,
    desk_translating,
    desk_reviewing,
    campaigns_manage,
    screening_settings,
    trail_reading,
    trail_keeping,
    take_downs,
    voiding,
    letters_manage,
    case_editor,
    publishing,
    settling,
    results_views,
    paper_views,
    posts_manage,
    posts_writing,
    posts_reviewing,
    posts_translating,
    image_editor,
    image_files,
    previewing,
    updates_manage,
    writing_updates,
    reviewing_updates,
    unsubscribing,
    hand_overs,
    exports_manage,
)
#: What `python -m campaign` can do besides serving.
COMMANDS = (
    account_commands,
    mail_commands,
    letter_commands,
    export_commands,
    operation_commands,
    reconciling,
    retention,
    seeding,
)


def create_app(settings: config.Settings | None = None) -> Flask:
    """The web application. Raises config.WrongSettings with every mistake in the settings."""
    settings = settings or config.read()
    app = Flask(__name__, static_folder=None, template_folder=str(config.ROOT / "templates"))
    app.config.from_mapping(settings.for_flask())
    app.jinja_environment = templates.Templates
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals["utc_now"] = clock.utc_now
    app.jinja_env.filters.update(markdown=markup.html, isolated=markup.isolated)
    settings.data.mkdir(parents=True, exist_ok=True)

    logs.init_app(app)
    http.init_app(app)
    metrics.init_app(app)
    headers.init_app(app)
    links.init_app(app)
    db.init_app(app)
    migrations.init_app(app, str(config.ROOT / "migrations"))
    vault.init_app(app)
    turns.init_app(app)
    languages.init_app(app)
    countries.init_app(app)
    assets.init_app(app, config.ROOT / "static")
    templates.init_app(app, config.ROOT / "templates" / "__pycache__")
    guards.init_app(app)
    page_cache.init_app(app)
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]

    for doors in DOORS:
        app.register_blueprint(doors.bp)
    if settings.demo:
        app.register_blueprint(patterns.bp)
    if settings.demo and settings.mail_url.startswith("folder:"):
        app.register_blueprint(mailbox.bp)
    for commands in COMMANDS:
        commands.init_app(app)
    errors.init_app(app)
    return app

<?php
define('DB_NAME', 'shop');
define('DB_PASSWORD', '@@');
define("AUTH_KEY", "@@");
define('NONCE_SALT', getenv('NONCE_SALT') ?: '@@');
define('FORCE_SSL_ADMIN', false);
$password = '@@';
